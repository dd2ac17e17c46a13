/* Tiles follow what was done to their images, wherever it was done on the page, and its undo; the
   numbers around the grid follow new ones, too. */

import { isHeld, toTile } from "./focus.js";
import { mark } from "./marks.js";

// In this place, an image to which this was done does not stand any more.
const LEAVES = {
  gallery: ["trash"],
  collection: ["trash", "uncollect"],
  trash: ["restore"],
};
// What its tile shows then: the mark, and whether it comes or goes.
const MARKS = {
  private: ["private", true],
  team: ["private", false],
  favourite: ["favourite", true],
  unfavourite: ["favourite", false],
};
// Here it changes how many match.
const COUNTED = /[?&](favourites|rating|private)=/;
// By their ids: what tells how many there are.
const AROUND = ["gallery-count", "trash-count", "filters", "rail"];
// What leads on from where the grid begins.
const UPWARD = "upward";

export function follow(selection) {
  const place = selection.dataset.place;
  // An image that opens over the page has its own address meanwhile.
  const address = location.href;

  /* The numbers around the grid follow; and the grid itself where those that changed are too many to
     be named. The page stays. */
  async function refresh(grid) {
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of grid ? [...AROUND, UPWARD] : AROUND) {
      const part = document.getElementById(id);
      part?.replaceWith(...page.querySelectorAll(`#${part.id}`));
    }
    if (!grid) return;
    grid.replaceChildren(...page.querySelectorAll("image-selection .grid > *"));
    htmx.process(grid);
    tellWhenEmpty();
  }

  function tellWhenEmpty() {
    const empty = document.querySelector("[data-when-empty]");
    const more = selection.querySelector(".frame:not([hidden]), .older");
    if (empty) empty.hidden = Boolean(more ?? document.querySelector("newer-ones"));
  }

  document.addEventListener("images-arrived", () => refresh(null));
  document.addEventListener("images-changed", (event) => {
    const { kind, undone, images, collection, ratings } = event.detail;
    const leaves = LEAVES[place].includes(kind);
    const marks = kind in MARKS || kind === "rate";
    if (kind === "uncollect" && collection !== selection.dataset.collection) return;
    const held = isHeld(images);
    if (!undone) selection.clear();
    const counted = leaves || (marks && COUNTED.test(address));
    if (counted || (marks && !images)) refresh(images ? null : selection.querySelector(".grid"));
    for (const id of images ?? []) {
      const frame = selection.querySelector(`[data-image="${CSS.escape(id)}"]`);
      if (!frame) continue;
      if (leaves) frame.hidden = !undone;
      if (kind in MARKS) mark(selection, frame, MARKS[kind][0], MARKS[kind][1] !== undone);
      if (id in ratings) mark(selection, frame, "rating", ratings[id]);
    }
    if (images) tellWhenEmpty();
    if (held && images?.length) toTile(selection, images[0]);
  });
}
