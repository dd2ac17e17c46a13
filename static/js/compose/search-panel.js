/* A panel over the box: a search, and its results; and the panel that picks an image of the studio
   for a slot. */

import { emit } from "../lib/events.js";
import { placeFor } from "./content.js";

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/* `opened` gets the control that opened the panel, `chosen` the `[data-choice]` that was taken. */
export function searchPanel(id, { opened = () => {}, chosen }) {
  const panel = document.getElementById(id);
  const search = panel.querySelector("[role=search]");
  const choices = () => [...panel.querySelectorAll("[data-choice]")];

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(`[data-opens="${id}"]`);
    if (opener) {
      event.preventDefault();
      opened(opener);
      panel.showModal();
      emit("panel-opened", undefined, search);
      // A phone's keyboard would cover the results.
      const hasKeyboard = matchMedia("(pointer: fine)").matches;
      (hasKeyboard ? search.elements.q : panel.querySelector("button")).focus();
    }
    const choice = event.target.closest?.(`#${id} [data-choice]`);
    if (choice) {
      event.preventDefault();
      panel.close();
      chosen(choice);
    }
  });

  /* The arrows lead from the search into the results, and back. */
  panel.addEventListener("keydown", (event) => {
    const { type } = event.target;
    const isInText = type === "search" && /Left|Right/.test(event.key);
    if (!(event.key in STEPS) || type === "radio" || isInText) return;
    event.preventDefault();
    const next = choices().indexOf(document.activeElement) + STEPS[event.key];
    (choices()[next] ?? search.elements.q).focus();
  });

  return { search, element: panel, choices };
}

let slot = null;

searchPanel("reference-images", {
  opened(opener) {
    slot = opener.closest("reference-slot");
  },
  chosen(choice) {
    const target = placeFor(slot);
    target.put(`image:${choice.dataset.choice}`);
    target.tile.focus();
  },
});
