/* The details of an image, open or closed: on a wide screen as they were left last, on a phone only
   when asked for, as a sheet that Back and Escape close before the image. */

import { local } from "../lib/storage.js";

const KEY = "details";
const DRAG_TO_CLOSE_PX = 60;
const root = document.documentElement;
const wide = matchMedia("(min-width: 64rem)");

let watcher = null;

function show(open) {
  root.dataset.details = open ? "open" : "closed";
  watcher?.destroy();
  watcher = open && !wide.matches && window.CloseWatcher ? new CloseWatcher() : null;
  watcher?.addEventListener("close", () => show(false));
  updateButton();
}

/* Return whether there was a sheet to close. */
export function closeSheet() {
  const open = !wide.matches && root.dataset.details === "open";
  if (open) show(false);
  return open;
}

function updateButton() {
  const button = document.getElementById("image-details-button");
  button?.setAttribute("aria-expanded", root.dataset.details === "open");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-details]:not(html)")) return;
  show(root.dataset.details === "closed");
  document.getElementById("image-details-button").focus({ preventScroll: true });
  if (wide.matches) local.write(KEY, root.dataset.details);
});

/* On a phone the sheet is dragged down by its head. */
document.addEventListener("pointerdown", (event) => {
  const sheet = event.target.closest?.(".panel__header")?.closest(".panel");
  if (!sheet || wide.matches || event.target.closest("a, button")) return;
  const dragged = (next) => Math.max(0, next.clientY - event.clientY);
  const listening = new AbortController();
  const { signal } = listening;
  const move = (next) => (sheet.style.translate = `0 ${dragged(next)}px`);
  const end = (next) => {
    listening.abort();
    sheet.style.translate = "";
    if (next.type === "pointerup" && dragged(next) > DRAG_TO_CLOSE_PX) show(false);
  };
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", end, { signal });
  addEventListener("pointercancel", end, { signal });
});
addEventListener("popstate", closeSheet);
document.addEventListener("htmx:load", updateButton);
show(wide.matches && local.read(KEY) !== "closed");
