/* Show a mark on a tile, with its number if it has one, or take it away. */

export function mark(selection, frame, name, shown) {
  const marks = frame.querySelector(".tile__marks");
  const find = (place) => place.querySelector(`[data-mark="${name}"]`);
  find(marks)?.remove();
  if (!shown) return;
  const added = find(selection.querySelector("[data-marks]").content).cloneNode(true);
  const number = added.querySelector("[data-number]");
  if (number) number.textContent = shown;
  marks.append(added);
}
