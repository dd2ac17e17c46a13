/* Tiles follow what was done to their images, anywhere on the page, and its undo; the numbers around
   the grid follow new images, too. */

import { on } from "../lib/events.js";

// A list no longer has an image to which this was done.
const LEAVES = {
  gallery: ["trash"],
  collection: ["trash", "uncollect"],
  trash: ["restore"],
};
// The mark that its tile then shows, or no longer shows.
const MARKS = {
  private: ["private", true],
  team: ["private", false],
  favourite: ["favourite", true],
  unfavourite: ["favourite", false],
};
// Here it changes how many match.
const COUNTED = /[?&](favourites|rating|private)=/;
// The elements that show how many there are.
const COUNTS = ["gallery-count", "trash-count", "filters", "rail"];
// The element that leads to newer images.
const UPWARD = "upward";

/* Show a mark on a tile, with its number if it has one, or remove it. */
function setMark(selection, frame, name, value) {
  const marks = frame.querySelector(".tile__marks");
  const find = (parent) => parent.querySelector(`[data-mark="${name}"]`);
  find(marks)?.remove();
  if (!value) return;
  const mark = find(selection.querySelector("[data-marks]").content).cloneNode(true);
  const number = mark.querySelector("[data-number]");
  if (number) number.textContent = value;
  marks.append(mark);
}

/* Return whether the focus will be lost: in the bar, on one of these tiles, or in the toast, whose
   Undo is disabled meanwhile. */
function losesFocus(images) {
  const { activeElement: active, body } = document;
  if (active === body || active.closest("#bulk, #toasts")) return true;
  return Boolean(images?.includes(active.closest(".frame")?.dataset.image));
}

/* Focus this tile; if it is gone, the next one that is left, or else the one before. */
function focusTile(selection, id) {
  const frames = [...selection.querySelectorAll(".frame")];
  const at = frames.findIndex((frame) => frame.dataset.image === id);
  if (at < 0) return;
  const nearest = [...frames.slice(at), ...frames.slice(0, at).toReversed()];
  nearest
    .find((frame) => !frame.hidden)
    ?.querySelector(".tile")
    .focus({ preventScroll: true });
}

export function followChanges(selection) {
  const place = selection.dataset.place;
  // An image that opens over the page has a URL of its own.
  const url = location.href;

  /* Update the numbers around the grid, and the grid itself if too many images changed to be named.
     The page stays. */
  async function refresh(grid) {
    const response = await fetch(url);
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of grid ? [...COUNTS, UPWARD] : COUNTS) {
      const part = document.getElementById(id);
      part?.replaceWith(...page.querySelectorAll(`#${part.id}`));
    }
    if (!grid) return;
    grid.replaceChildren(...page.querySelectorAll("image-selection .grid > *"));
    htmx.process(grid);
    showWhenEmpty();
  }

  function showWhenEmpty() {
    const empty = document.querySelector("[data-when-empty]");
    const more = selection.querySelector(".frame:not([hidden]), .older");
    if (empty) empty.hidden = Boolean(more ?? document.querySelector("load-newer"));
  }

  on("images-added", () => refresh(null));
  on("images-changed", (event) => {
    const { kind, undone, images, collection, ratings } = event.detail;
    const leaves = LEAVES[place].includes(kind);
    const marks = kind in MARKS || kind === "rate";
    if (kind === "uncollect" && collection !== selection.dataset.collection) return;
    const focusLost = losesFocus(images);
    if (!undone) selection.clear();
    const counted = leaves || (marks && COUNTED.test(url));
    if (counted || (marks && !images)) refresh(images ? null : selection.querySelector(".grid"));
    for (const id of images ?? []) {
      const frame = selection.querySelector(`[data-image="${CSS.escape(id)}"]`);
      if (!frame) continue;
      if (leaves) frame.hidden = !undone;
      if (kind in MARKS) setMark(selection, frame, MARKS[kind][0], MARKS[kind][1] !== undone);
      if (id in ratings) setMark(selection, frame, "rating", ratings[id]);
    }
    if (images) showWhenEmpty();
    if (focusLost && images?.length) focusTile(selection, images[0]);
  });
}
