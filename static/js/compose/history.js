/* Earlier prompts: Alt+Up and Alt+Down step through one's own, a panel searches them. */

import { box } from "./content.js";

const panel = document.getElementById("prompt-history");
const search = panel.querySelector("form");
const listed = () => [...panel.querySelectorAll("[data-prompt]")].map((one) => one.dataset.prompt);

let mine = null; // newest first; null: to be asked for
let at = -1; // -1: what was being written
let written = "";

/* The list of the panel is where they come from, by the panel's own request. */
async function load() {
  const target = "#earlier-prompts";
  await htmx.ajax("GET", search.getAttribute("action"), { source: panel, target, swap: "outerHTML" });
  mine = listed();
}

async function step(by) {
  if (mine === null) await load();
  const { prompt } = box().elements;
  if (at === -1) written = prompt.value;
  const found = mine.filter((one) => one !== written);
  at = Math.min(Math.max(at + by, -1), found.length - 1);
  const to = at;
  prompt.value = at === -1 ? written : found[at];
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

/* In the panel the arrows lead from the search into the list, and back. */
panel.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.target.type === "radio") return;
  event.preventDefault();
  const links = [...panel.querySelectorAll("[data-prompt]")];
  (links[links.indexOf(document.activeElement) + by] ?? search.elements.q).focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-history]")) {
    event.preventDefault();
    panel.showPopover();
    htmx.trigger(search, "studio:open");
    search.elements.q.focus();
  }
  const chosen = event.target.closest?.("#prompt-history [data-prompt]");
  if (chosen) {
    event.preventDefault();
    panel.hidePopover();
    const detail = { prompt: chosen.dataset.prompt, lines: "" };
    document.dispatchEvent(new CustomEvent("studio:fill", { detail }));
  }
});
