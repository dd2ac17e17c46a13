/* The compose box: its button tells count and price, or what is missing. */

import { box, filled, slots } from "./content.js";
import { credits } from "./credits.js";
import { showVariants } from "./variants-panel.js";
import { expand, isUnclosed } from "./variants.js";

function tellLength(text) {
  const counter = box().querySelector("[data-counter]");
  const most = Number(counter.dataset.most);
  const used = [...text].length;
  counter.hidden = used < most * 0.9;
  counter.toggleAttribute("data-over", used > most);
  counter.textContent = filled(counter.dataset.text, { used, most });
  return used > most;
}

/* Not while one is still writing the choice. */
const PAUSE_MS = 800;
let pause;

function tellUnclosed(text) {
  const note = box().querySelector("[data-unclosed]");
  clearTimeout(pause);
  if (!isUnclosed(text)) note.hidden = true;
  else pause = setTimeout(() => (note.hidden = false), PAUSE_MS);
}

function tell() {
  const form = box();
  const { prompt, model, count, lines } = form.elements;
  const text = prompt.value.replace(/\r\n/g, "\n");
  const over = tellLength(text);
  tellUnclosed(text);
  const several = text.trim().includes("\n");
  form.querySelector("[data-lines]").toggleAttribute("data-wanted", several || lines.checked);

  const most = Number(form.dataset.most);
  const prompts = over ? [] : expand(text, most + 1, lines.checked);
  const images = Math.max(1, prompts.length) * Number(count.value || 1);
  const price = credits(model.selectedOptions[0]?.dataset.price ?? "0", images);
  const values = { prompts: prompts.length, count: count.value, images, credits: price };
  showVariants(prompts, values, most);

  const busy = slots().some((slot) => slot.hasAttribute("data-busy"));
  const missing =
    (over && form.dataset.over) ||
    (!text.trim() && form.dataset.empty) ||
    (images > most && form.dataset.cap) ||
    (slots().some((slot) => slot.wrong) && form.dataset.wrong) ||
    (busy && form.dataset.wait);
  const go = form.querySelector("[data-go]");
  go.textContent = missing || filled(form.dataset.label, { count: images, credits: price });
  go.setAttribute("aria-disabled", String(Boolean(missing)));
}

function set() {
  // The server judges, in words; and a field in a closed part could not show the browser's.
  box().noValidate = true;
  // Files go up by themselves; the press is a plain form.
  box().enctype = "application/x-www-form-urlencoded";
  const hint = box().querySelector("[data-hint]");
  hint.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    hint.querySelector("[data-modifier]").textContent = "⌘";
  }
  tell();
}

document.addEventListener("input", (event) => {
  if (event.target.form !== box()) return;
  event.target.removeAttribute("aria-invalid");
  tell();
});
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "compose" && set());
for (const name of ["studio:changed", "studio:judged"]) document.addEventListener(name, tell);
set();
