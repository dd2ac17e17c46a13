/* Earlier prompts: Alt+Up and Alt+Down step through the member's own, a panel searches them. */

import { emit } from "../lib/events.js";
import { box } from "./content.js";
import { searchPanel } from "./search-panel.js";

const panel = searchPanel("prompt-history", {
  chosen({ dataset: { prompt, lines = "" } }) {
    emit("prefill-requested", { prompt, lines });
  },
});
const listed = () =>
  panel.choices().map(({ dataset: { prompt, lines } }) => ({ prompt, lines: Boolean(lines) }));

let prompts = null; // newest first; null: not loaded yet
let at = -1; // -1: what was being written
let written = { prompt: "", lines: false };

/* Load them as the panel does, by its own request. */
async function load() {
  const options = { source: panel.element, target: "#earlier-prompts", swap: "outerHTML" };
  await htmx.ajax("GET", panel.search.getAttribute("action"), options);
  prompts = listed();
}

async function step(by) {
  if (prompts === null) await load();
  const { prompt, lines } = box().elements;
  if (at === -1) written = { prompt: prompt.value, lines: lines.checked };
  const others = prompts.filter((one) => one.prompt !== written.prompt);
  at = Math.min(Math.max(at + by, -1), others.length - 1);
  const index = at;
  const shown = at === -1 ? written : others[at];
  prompt.value = shown.prompt;
  lines.checked = shown.lines;
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  at = index;
}

document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!by || !event.altKey || event.target !== box().elements.prompt) return;
  event.preventDefault();
  step(by);
});
// After typing, the next step starts from the newest again.
document.addEventListener("input", (event) => {
  if (event.target === box().elements.prompt) at = -1;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt === box() && event.detail.successful) prompts = null;
});
