/* The slots in another order: by drag, by Shift with the arrow keys, by the buttons of a slot; the
   key Delete empties one. */

import { box, changed, filled, slots } from "./content.js";

const TYPE = "application/x-studio-slot";

/* What each slot holds, in a new order of the slots. */
function arrange(ordered) {
  const held = ordered.map(({ value, message }) => [value, message.textContent, message.dataset.tone]);
  slots().forEach((slot, index) => {
    const [value, ...said] = held[index];
    if (slot.value === value) return;
    slot.value = value;
    slot.say(...said);
  });
}

/* The image moves; those between its old and new place make room. */
function move(from, to) {
  const all = slots();
  if (to < 0 || !all[to]?.value || from === to) return;
  const ordered = [...all];
  ordered.splice(to, 0, ...ordered.splice(from, 1));
  arrange(ordered);
  const fieldset = box().querySelector(".references");
  fieldset.querySelector("[data-said]").textContent = filled(fieldset.dataset.moved, {
    number: to + 1,
  });
  all[to].tile.focus();
  changed();
}

/* The service counts the images that it gets: a gap would make each later number a wrong one. */
function closeRanks() {
  const all = slots();
  const taken = all.map((slot) => Boolean(slot.value));
  const isGap = taken.lastIndexOf(true) !== taken.filter(Boolean).length - 1;
  if (!isGap || all.some((slot) => slot.hasAttribute("data-busy"))) return;
  arrange([...all.filter((slot) => slot.value), ...all.filter((slot) => !slot.value)]);
  changed();
}

document.addEventListener("studio:changed", closeRanks);
document.addEventListener("change", ({ target }) => target.name === "image_urls" && closeRanks());

const slotOf = (event) => event.target.closest?.("reference-slot");

document.addEventListener("keydown", (event) => {
  if (event.key === "Delete" && event.target.matches?.(".slot__tile")) slotOf(event).put("");
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
