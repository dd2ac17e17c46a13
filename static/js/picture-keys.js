/* Keys of a picture's page, and of several beside each other: those that their links and buttons
   name in `aria-keyshortcuts`. */

const TYPING = "input, textarea, select, [contenteditable]";

/* The way out of a field, which saves it; the next Escape closes the picture. Over a page the focus
   stays in the dialog. */
function leave(field) {
  field.blur();
  field.closest("picture-overlay")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape" && !event.isComposing) leave(event.target);
    return;
  }
  if (document.querySelector("dialog[open], :popover-open")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // The plain arrows turn to another picture, also from a zoomed one.
  const stage = event.shiftKey && key.startsWith("Arrow") && document.querySelector("picture-stage");
  if (stage && stage.pan(key)) return event.preventDefault();
  const named = `:is(picture-viewer, compare-pictures) [aria-keyshortcuts~="${CSS.escape(key)}"]`;
  const control = document.querySelector(named);
  // Held down, a key turns on and on; what it does else, it does once.
  if (!control || (event.repeat && !control.rel)) return;
  event.preventDefault();
  control.click();
});
