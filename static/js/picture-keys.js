/* Keys of a picture's page, and of several beside each other: those that their links and buttons
   name in `aria-keyshortcuts`. */

const TYPING = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING)) {
    // The way out of a field, which saves it; the next one closes the picture.
    if (event.key === "Escape" && !event.isComposing) event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open], :popover-open")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = `:is(picture-viewer, compare-pictures) [aria-keyshortcuts~="${CSS.escape(key)}"]`;
  const control = document.querySelector(named);
  // Held down, a key turns on and on; what it does else, it does once.
  if (!control || (event.repeat && !control.rel)) return;
  event.preventDefault();
  control.click();
});
