/* The panel of variants: every prompt that the press stands for, and what it costs. */

import { box, filled } from "./content.js";

const shown = {};

function entry(text) {
  return Object.assign(document.createElement("li"), { textContent: text, dir: "auto" });
}

/* `values` fill the sum's sentence. The list is rewritten only when the prompts are others. */
export function showVariants(prompts, values, most) {
  const panel = box().querySelector("[data-variants]");
  const many = prompts.length > most;
  panel.hidden = prompts.length < 2;
  const sum = panel.querySelector("[data-sum]");
  sum.textContent = panel.hidden ? "" : many ? sum.dataset.more : filled(sum.dataset.text, values);
  sum.toggleAttribute("data-over", many);
  const list = panel.querySelector("[data-list]");
  if (JSON.stringify(prompts) === shown.prompts && shown.list === list) return;
  Object.assign(shown, { prompts: JSON.stringify(prompts), list });
  list.replaceChildren(...(panel.hidden ? [] : prompts.slice(0, most)).map(entry));
}
