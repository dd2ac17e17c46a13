/* The slots in another order: by drag, by Shift with the arrow keys, by the buttons of a slot. */

import { box, changed, filled, slots } from "./content.js";

const TYPE = "application/x-studio-slot";

/* The picture moves; those between its old and new place make room. */
function move(from, to) {
  const all = slots();
  if (to < 0 || to >= all.length || from === to) return;
  const values = all.map((slot) => slot.value);
  values.splice(to, 0, ...values.splice(from, 1));
  all.forEach((slot, index) => {
    if (slot.value !== values[index]) slot.value = values[index];
  });
  const fieldset = box().querySelector(".references");
  fieldset.querySelector("[data-said]").textContent = filled(fieldset.dataset.moved, {
    number: to + 1,
  });
  all[to].tile.focus();
  changed();
}

const slotOf = (event) => event.target.closest?.("reference-slot");

document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !event.target.matches?.(".slot__tile")) return;
  const from = slots().indexOf(slotOf(event));
  event.preventDefault();
  if (event.shiftKey && slots()[from].value) move(from, from + step);
  else if (!event.shiftKey) slots()[from + step]?.tile.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-move]");
  if (!button) return;
  const from = slots().indexOf(slotOf(event));
  slotOf(event).editor.hidePopover();
  move(from, from + Number(button.dataset.move));
});

document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".slot__tile")) return;
  event.dataTransfer.setData(TYPE, String(slots().indexOf(slotOf(event))));
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes(TYPE) && slotOf(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.types.includes(TYPE) || !slotOf(event)) return;
  event.preventDefault();
  move(Number(event.dataTransfer.getData(TYPE)), slots().indexOf(slotOf(event)));
});
