/* Keys of the whole studio: "?" opens the help, "/" leads to the search, and <single-keys> can switch single keys off
   (for who dictates, WCAG 2.1.4). Stands before every other script, so that it hears keys first. */

const OFF = "gempix-single-keys-off";
const help = document.getElementById("help");

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

const writing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

addEventListener(
  "keydown",
  (event) => {
    if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || writing(event.target)) return;
    if (isOff()) return event.stopImmediatePropagation();
    if (event.key === "/" && toSearch()) event.preventDefault();
    if (event.key !== "?" || !help) return;
    event.preventDefault();
    if (help.open) help.close();
    else help.showModal();
  },
  true,
);

/* Whether the page has a search, and nothing stands over it. */
function toSearch() {
  if (document.querySelector("dialog[open]") || document.querySelector(".is-covered")) return false;
  const search = document.querySelector("main input[type=search]:not(dialog *)");
  search?.select();
  search?.focus();
  return Boolean(search);
}

document.addEventListener("click", (event) => {
  if (!help || !event.target.closest?.("[data-help]")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.querySelector("#user-menu:popover-open")?.hidePopover();
  help.showModal();
});

class SingleKeys extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = !isOff();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(OFF, box.checked ? "no" : "yes");
      } catch {
        box.checked = true;
      }
    });
    this.querySelector("label").hidden = false;
  }
}

customElements.define("single-keys", SingleKeys);
