/* Generate: also by Ctrl or Cmd and Enter, and never with nothing to generate. */

import { box, slots } from "./content.js";

// A second click would hit what the first one brought there.
const ONCE = "[data-go], .card__actions *";
const go = () => box().querySelector("[data-go]");

document.addEventListener("keydown", (event) => {
  const form = box();
  if (!form.contains(event.target)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    // Keys that are held down submit once.
    if (!event.repeat) form.requestSubmit();
  } else if (event.key === "Enter" && event.target.matches("input:not([type=file])")) {
    // In another field Enter must not spend credits.
    event.preventDefault();
  }
  if (event.key === "Escape" && !form.querySelector(":popover-open")) {
    form.querySelector("#compose-more").open = false;
  }
});

/* A double click submits once, also when the answer to the first click comes between the two. The
   browser counts clicks by the time at which they were made, however busy it is. */
document.addEventListener(
  "click",
  (event) => {
    if (event.detail > 1 && event.target.closest?.(ONCE)) event.preventDefault();
  },
  true,
);

/* Before htmx handles it: a submit that cannot work leads to what must be corrected instead. */
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== box()) return;
    if (go().getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopPropagation();
    focusError(event.target);
  },
  true,
);

/* On a phone a touch outside the sheet, and outside what it opened, folds it. */
document.addEventListener("pointerdown", ({ target }) => {
  const isOutside = !box().contains(target) && !target.closest?.("[popover], dialog");
  if (isOutside) box().querySelector("#compose-more").open = false;
});

/* Focus what must be corrected, which a phone's sheet may have folded away. */
function focusError(form) {
  const wrong = form.querySelector("[aria-invalid]");
  const slot = wrong?.closest("reference-slot") ?? slots().find((one) => one.wrong);
  if (slot) form.querySelector("#compose-more").open = true;
  (slot?.tile ?? wrong ?? form.elements.prompt).focus();
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt.id === "compose") focusError(elt);
});
