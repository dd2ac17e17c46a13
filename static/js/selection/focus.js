/* Where the keys go on after something was done to images of a grid. */

/* Whether the focus was at what is done, and goes with it: in the bar, on one of these tiles, or in
   the toast, whose Undo is disabled meanwhile. */
export function isHeld(images) {
  const { activeElement: active, body } = document;
  if (active === body || active.closest("#bulk, #toasts")) return true;
  return Boolean(images?.includes(active.closest(".frame")?.dataset.image));
}

/* To this tile; when it has gone to the next that is left, or else to the one before. */
export function toTile(selection, id) {
  const frames = [...selection.querySelectorAll(".frame")];
  const at = frames.findIndex((frame) => frame.dataset.image === id);
  const isLeft = (frame) => !frame.hidden;
  if (at < 0) return;
  const frame = frames.slice(at).find(isLeft) ?? frames.slice(0, at).findLast(isLeft);
  frame?.querySelector(".tile").focus({ preventScroll: true });
}
