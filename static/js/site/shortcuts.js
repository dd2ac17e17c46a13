/* Keys of the whole studio: "?" opens the help, "/" leads to the search, and <single-keys> turns
   single keys off (for people who dictate, WCAG 2.1.4). Loaded before every other script, so that
   it sees each key first. */

import { isCommand, isInText, opensElsewhere } from "../lib/keys.js";
import { local } from "../lib/storage.js";

const OFF = "single-keys-off";
const help = document.getElementById("help");
const isOff = () => local.read(OFF) === "yes";

addEventListener(
  "keydown",
  (event) => {
    if (event.key.length > 1 || event.key === " " || isCommand(event) || isInText(event)) return;
    if (isOff()) return event.stopImmediatePropagation();
    if (event.key === "/" && focusSearch()) event.preventDefault();
    if (event.key !== "?" || !help) return;
    event.preventDefault();
    if (help.open) help.close();
    else help.showModal();
  },
  true,
);

/* Return whether the page has a search, and nothing lies over it. */
function focusSearch() {
  if (document.querySelector("dialog[open], .is-covered")) return false;
  const search = document.querySelector("main input[type=search]:not(dialog *)");
  search?.select();
  search?.focus();
  return Boolean(search);
}

document.addEventListener("click", (event) => {
  if (!help || !event.target.closest?.("[data-help]") || opensElsewhere(event)) return;
  event.preventDefault();
  document.querySelector("#user-menu:popover-open")?.hidePopover();
  help.showModal();
});

class SingleKeys extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = !isOff();
    box.addEventListener("change", () => {
      if (!local.write(OFF, box.checked ? "no" : "yes")) box.checked = true;
    });
    this.querySelector("label").hidden = false;
  }
}

customElements.define("single-keys", SingleKeys);
