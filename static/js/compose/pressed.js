/* After a press that was taken: the box keeps what it holds, and the new cards come in sight. */

import { box } from "./content.js";

const ABOVE_PX = 16;
const go = () => box().querySelector("[data-go]");

function tidy() {
  box().querySelectorAll(".errorlist, [data-refused]").forEach((errors) => errors.remove());
  box().querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  box().querySelector("#compose-more").open = false;
  // A sheet gives way to the cards: the prompts that were just sent fold until one writes again.
  box().dataset.pressed = "";
}

/* A phone's keyboard goes; elsewhere a pressed button loses the focus it had. */
function moveFocus(coarse) {
  if (coarse) document.activeElement?.blur();
  else requestAnimationFrame(() => document.activeElement === document.body && go().focus());
}

function showCards(coarse) {
  const top = document.getElementById("batches").getBoundingClientRect().top;
  const { top: boxTop } = box().getBoundingClientRect();
  const header = document.querySelector("header").offsetHeight;
  const isSheet = getComputedStyle(box()).position === "fixed";
  // Beside a sheet there is only what lies above it.
  const bottom = isSheet ? boxTop : innerHeight;
  if (top >= 0 && top <= bottom * 0.7) return;
  // Else no further than the cards can be seen, and the prompt, in which one goes on writing.
  const room = coarse ? Infinity : boxTop - header;
  const by = isSheet ? top - header - ABOVE_PX : Math.min(top - innerHeight * 0.6, room);
  scrollTo({ top: scrollY + by, behavior: "smooth" });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt !== box() || !event.detail.successful) return;
  const coarse = matchMedia("(pointer: coarse)").matches;
  tidy();
  moveFocus(coarse);
  showCards(coarse);
});

document.addEventListener("focusin", ({ target }) => {
  if (target === box()?.elements.prompt) delete box().dataset.pressed;
});
