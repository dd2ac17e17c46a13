/* Earlier prompts: Alt+Up and Alt+Down step through one's own, a panel searches them. */

import { box } from "./content.js";
import { panel } from "./panel.js";

const earlier = panel("prompt-history", {
  chosen({ dataset: { prompt, lines = "" } }) {
    document.dispatchEvent(new CustomEvent("studio:fill", { detail: { prompt, lines } }));
  },
});
const listed = () =>
  earlier.choices().map(({ dataset: { prompt, lines } }) => ({ prompt, lines: Boolean(lines) }));

let mine = null; // newest first; null: to be asked for
let at = -1; // -1: what was being written
let written = { prompt: "", lines: false };

/* The list of the panel is where they come from, by the panel's own request. */
async function load() {
  const options = { source: earlier.element, target: "#earlier-prompts", swap: "outerHTML" };
  await htmx.ajax("GET", earlier.search.getAttribute("action"), options);
  mine = listed();
}

async function step(by) {
  if (mine === null) await load();
  const { prompt, lines } = box().elements;
  if (at === -1) written = { prompt: prompt.value, lines: lines.checked };
  const found = mine.filter((one) => one.prompt !== written.prompt);
  at = Math.min(Math.max(at + by, -1), found.length - 1);
  const to = at;
  const stepped = at === -1 ? written : found[at];
  prompt.value = stepped.prompt;
  lines.checked = stepped.lines;
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  at = to;
}

document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!by || !event.altKey || event.target !== box().elements.prompt) return;
  event.preventDefault();
  step(by);
});
// Typing is the new present.
document.addEventListener("input", (event) => {
  if (event.target === box().elements.prompt) at = -1;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt === box() && event.detail.successful) mine = null;
});
