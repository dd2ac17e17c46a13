/* The compose box's button: it shows count and price, or what is missing; above it every prompt of
   the press is listed. */

import { on } from "../lib/events.js";
import { box, filled, slots } from "./content.js";
import { credits } from "./credits.js";
import { expand, isUnclosed } from "./variants.js";

function showLength(text) {
  const counter = box().querySelector("[data-counter]");
  const most = Number(counter.dataset.most);
  const used = [...text].length;
  counter.hidden = used < most * 0.9;
  counter.toggleAttribute("data-over", used > most);
  counter.textContent = filled(counter.dataset.text, { used, most });
  return used > most;
}

/* Not while the choice is still being typed. */
const PAUSE_MS = 800;
let pause;

function showUnclosed(text) {
  const note = box().querySelector("[data-unclosed]");
  clearTimeout(pause);
  if (!isUnclosed(text)) note.hidden = true;
  else pause = setTimeout(() => (note.hidden = false), PAUSE_MS);
}

function listItem(text) {
  return Object.assign(document.createElement("li"), { textContent: text, dir: "auto" });
}

const listed = {};

/* `values` fill the sum's sentence. The list is rewritten only when the prompts have changed. */
function showVariants(prompts, values, most) {
  const panel = box().querySelector("[data-variants]");
  const isOver = prompts.length > most;
  panel.hidden = prompts.length < 2;
  const sum = panel.querySelector("[data-sum]");
  const text = isOver ? sum.dataset.more : filled(sum.dataset.text, values);
  sum.textContent = panel.hidden ? "" : text;
  sum.toggleAttribute("data-over", isOver);
  const list = panel.querySelector("[data-list]");
  const joined = JSON.stringify(prompts);
  if (joined === listed.prompts && listed.list === list) return;
  Object.assign(listed, { prompts: joined, list });
  const shown = panel.hidden ? [] : prompts.slice(0, most);
  list.replaceChildren(...shown.map(listItem));
}

/* Return why nothing can be generated, or nothing. */
function problem({ text, isTooLong, images, most }) {
  const { over, empty, cap, wrong, wait } = box().dataset;
  return (
    (isTooLong && over) ||
    (!text.trim() && empty) ||
    (images > most && cap) ||
    (slots().some((slot) => slot.wrong) && wrong) ||
    (slots().some((slot) => slot.hasAttribute("data-busy")) && wait)
  );
}

function update() {
  const form = box();
  const { prompt, model, count, lines } = form.elements;
  const text = prompt.value.replace(/\r\n/g, "\n");
  const isTooLong = showLength(text);
  showUnclosed(text);
  const several = text.trim().includes("\n");
  form.querySelector("[data-lines]").toggleAttribute("data-wanted", several || lines.checked);

  const most = Number(form.dataset.most);
  const prompts = isTooLong ? [] : expand(text, most + 1, lines.checked);
  const images = Math.max(1, prompts.length) * Number(count.value || 1);
  const price = credits(model.selectedOptions[0]?.dataset.price ?? "0", images);
  const values = { prompts: prompts.length, count: count.value, images, credits: price };
  showVariants(prompts, values, most);

  const missing = problem({ text, isTooLong, images, most });
  const button = form.querySelector("[data-go]");
  button.textContent = missing || filled(form.dataset.label, { count: images, credits: price });
  button.setAttribute("aria-disabled", String(Boolean(missing)));
}

function setUp() {
  // The server validates, with messages; and a field in a closed part could not show the browser's.
  box().noValidate = true;
  // Files are uploaded by themselves; the submit is a plain form.
  box().enctype = "application/x-www-form-urlencoded";
  const hint = box().querySelector("[data-hint]");
  hint.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    hint.querySelector("[data-modifier]").textContent = "⌘";
  }
  update();
}

document.addEventListener("input", (event) => {
  if (event.target.form !== box()) return;
  event.target.removeAttribute("aria-invalid");
  update();
});
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "compose" && setUp());
on("compose-changed", update);
on("slot-checked", update);
setUp();
