/* While the images of a collection are arranged: what the answers to Undo, to a new cover and to
   "More" change among them. */

import { on } from "../lib/events.js";

const list = document.querySelector(".arrange");
const itemOf = (image) => list.querySelector(`[data-image="${CSS.escape(image)}"]`);

/* Undo was clicked in a toast, which is removed: the focus goes to what changed. */
function moveFocus({ target }, control) {
  const { activeElement: active, body } = document;
  const isLost = active === body || active.closest("#toasts");
  if (target.closest?.("#toasts") && isLost) control.focus();
}

on("image-moved", (event) => {
  const { image, before } = event.detail;
  const item = itemOf(image);
  if (!item) return;
  // Before an image that is not loaded yet, it is last.
  list.insertBefore(item, itemOf(before) ?? list.querySelector(".older"));
  moveFocus(event, item.querySelector("[value=earlier]"));
});

on("cover-changed", (event) => {
  const { image } = event.detail;
  list.toggleAttribute("data-first-covers", !image);
  for (const button of list.querySelectorAll("[data-cover]")) {
    const { cover } = button.dataset;
    const isCover = cover === image;
    button.setAttribute("aria-pressed", isCover);
    button.form.elements.image.value = isCover ? "" : cover;
    if (isCover) moveFocus(event, button);
  }
});

/* An image that was moved behind the last one is on the next page, too: that one counts. */
list.addEventListener("htmx:load", ({ target }) => {
  for (const item of list.querySelectorAll(`[data-image="${target.dataset.image}"]`)) {
    if (item !== target) item.remove();
  }
});
