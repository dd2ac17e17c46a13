/* Keys of an image's page, and of several beside each other: those that their links and buttons
   name in `aria-keyshortcuts`. */

const TYPING = "input, textarea, select, [contenteditable]";

/* The way out of a field, which saves it; the next Escape closes the image. Over a page the focus
   stays in the dialog. */
function leave(field) {
  field.blur();
  field.closest("image-overlay")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape" && !event.isComposing) leave(event.target);
    return;
  }
  if (document.querySelector("dialog[open], :popover-open")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // The plain arrows turn to another image, also from a zoomed one.
  const stage = event.shiftKey && key.startsWith("Arrow") && document.querySelector("image-stage");
  if (stage && stage.pan(key)) return event.preventDefault();
  const named = `:is(image-viewer, compare-images) [aria-keyshortcuts~="${CSS.escape(key)}"]`;
  const control = document.querySelector(named);
  // Held down, a key turns on and on; what it does else, it does once.
  if (!control || (event.repeat && !control.rel)) return;
  event.preventDefault();
  control.click();
});
