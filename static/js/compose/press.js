/* A press of Generate: by Ctrl or Cmd and Enter too, and never with nothing to draw. */

import { box, slots } from "./content.js";

// A second click would fall on what the first has put there.
const ONCE = "[data-go], .card__actions *";
const go = () => box().querySelector("[data-go]");

document.addEventListener("keydown", (event) => {
  const form = box();
  if (!form.contains(event.target)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    // Keys held down are one press.
    if (!event.repeat) form.requestSubmit();
  } else if (event.key === "Enter" && event.target.matches("input:not([type=file])")) {
    // In a field of its own it means that field, and must not spend.
    event.preventDefault();
  }
  if (event.key === "Escape" && !form.querySelector(":popover-open")) {
    form.querySelector("#compose-more").open = false;
  }
});

/* A double click is one press, also when the answer to the first click comes between the two. The
   browser counts the clicks by the time at which they were made, however busy it is. */
document.addEventListener(
  "click",
  (event) => {
    if (event.detail > 1 && event.target.closest?.(ONCE)) event.preventDefault();
  },
  true,
);

/* Before htmx hears of it: a press that cannot work leads to what is to be put right instead. */
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== box()) return;
    if (go().getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopPropagation();
    lead(event.target);
  },
  true,
);

/* On a phone a touch beside the sheet, and beside what opened from it, folds it. */
document.addEventListener("pointerdown", ({ target }) => {
  const beside = !box().contains(target) && !target.closest?.("[popover], dialog");
  if (beside) box().querySelector("#compose-more").open = false;
});

/* To where something is to be put right, which a phone's sheet may have folded away. */
function lead(form) {
  const wrong = form.querySelector("[aria-invalid]");
  const slot = wrong?.closest("reference-slot") ?? slots().find((one) => one.wrong);
  if (slot) form.querySelector("#compose-more").open = true;
  (slot?.tile ?? wrong ?? form.elements.prompt).focus();
}

document.addEventListener("htmx:load", ({ detail }) => detail.elt.id === "compose" && lead(detail.elt));
