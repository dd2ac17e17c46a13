/* After a successful submit: the box keeps its content, and the new cards come into view. */

import { box } from "./content.js";

const ABOVE_PX = 16;
const go = () => box().querySelector("[data-go]");

function reset() {
  box()
    .querySelectorAll(".errorlist, [data-refused]")
    .forEach((errors) => errors.remove());
  box()
    .querySelectorAll("[aria-invalid]")
    .forEach((field) => field.removeAttribute("aria-invalid"));
  box().querySelector("#compose-more").open = false;
  // A sheet makes room for the cards: the prompts that were just sent fold until someone types.
  box().dataset.pressed = "";
}

/* Close a phone's keyboard; elsewhere give the focus back to the button, which was disabled. */
function moveFocus(coarse) {
  if (coarse) document.activeElement?.blur();
  else requestAnimationFrame(() => document.activeElement === document.body && go().focus());
}

function showCards(coarse) {
  const top = document.getElementById("batches").getBoundingClientRect().top;
  const { top: boxTop } = box().getBoundingClientRect();
  const header = document.querySelector("header").offsetHeight;
  const isSheet = getComputedStyle(box()).position === "fixed";
  // Only what is above a sheet can be seen.
  const bottom = isSheet ? boxTop : innerHeight;
  if (top >= 0 && top <= bottom * 0.7) return;
  // Else no further than both the cards and the prompt can be seen.
  const room = coarse ? Infinity : boxTop - header;
  const by = isSheet ? top - header - ABOVE_PX : Math.min(top - innerHeight * 0.6, room);
  scrollTo({ top: scrollY + by, behavior: "smooth" });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== box() || !event.detail.successful) return;
  const coarse = matchMedia("(pointer: coarse)").matches;
  reset();
  moveFocus(coarse);
  showCards(coarse);
});

document.addEventListener("focusin", ({ target }) => {
  if (target === box()?.elements.prompt) delete box().dataset.pressed;
});
