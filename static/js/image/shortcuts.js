/* Keys of an image's page, and of several images side by side: those that their links and buttons
   name in `aria-keyshortcuts`. */

import { isCommand, isDialogOpen, isInField, keyName } from "../lib/keys.js";

/* Escape leaves a field, which saves it; the next Escape closes the image. Over a page the focus
   stays in the dialog. */
function leaveField(field) {
  field.blur();
  field.closest("image-overlay")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (isCommand(event) || event.defaultPrevented) return;
  if (isInField(event)) {
    if (event.key === "Escape" && !event.isComposing) leaveField(event.target);
    return;
  }
  if (isDialogOpen()) return;
  const key = keyName(event);
  // The plain arrows turn to another image, also from a zoomed one.
  const stage = event.shiftKey && key.startsWith("Arrow") && document.querySelector("image-stage");
  if (stage && stage.pan(key)) return event.preventDefault();
  const named = `:is(image-viewer, compare-images) [aria-keyshortcuts~="${CSS.escape(key)}"]`;
  const control = document.querySelector(named);
  // While a key is held down only turning repeats.
  if (!control || (event.repeat && !control.rel)) return;
  event.preventDefault();
  control.click();
});
