/* Space zooms images that stand side by side, or fits them again, wherever the focus is; so does
   Escape when they are zoomed. Stands before the page's other keys, of which Escape closes it. */

// Where these keys do something of their own.
const OWN = "button, input, textarea, select, summary, [contenteditable]";

document.addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, shiftKey, altKey } = event;
  const zoomed = document.querySelector("compare-images.is-zoomed");
  if ((key !== " " && !(key === "Escape" && zoomed)) || event.defaultPrevented) return;
  if (ctrlKey || metaKey || shiftKey || altKey || (key === " " && target.closest?.(OWN))) return;
  const frame = document.querySelector("compare-images [data-zoom]");
  if (!frame || document.querySelector("dialog[open], :popover-open")) return;
  event.preventDefault();
  if (!event.repeat) frame.click();
});
