/* The order of the reference slots: changed by drag, by Shift with the arrow keys, by the buttons of
   a slot; Delete empties one. Images close ranks, and the first empty slot stands for all later
   ones: an image for one of them gets the first one's number. */

import { on } from "../lib/events.js";
import { box, changed, filled, free, slots } from "./content.js";

const references = () => box().querySelector(".references");
const slotOf = (event) => event.target.closest?.("reference-slot");

/* Give the slots what these slots hold, in this order. */
function arrange(ordered) {
  const contents = ordered.map(({ value, message }) => ({
    value,
    text: message.textContent,
    tone: message.dataset.tone,
  }));
  slots().forEach((slot, index) => {
    const { value, text, tone } = contents[index];
    if (slot.value === value) return;
    slot.value = value;
    slot.say(text, tone);
  });
}

/* The image moves; those between its old and new slot make room. */
function move(from, to) {
  const all = slots();
  if (to < 0 || !all[to]?.value || from === to) return;
  const ordered = [...all];
  ordered.splice(to, 0, ...ordered.splice(from, 1));
  arrange(ordered);
  const text = filled(references().dataset.moved, { number: to + 1 });
  references().querySelector("[data-status]").textContent = text;
  all[to].tile.focus();
  changed();
}

/* The service counts the images that it gets: a gap would make each later number a wrong one. */
function closeRanks() {
  const all = slots();
  const given = all.filter((slot) => slot.value);
  const hasGap = all.slice(0, given.length).some((slot) => !slot.value);
  if (!hasGap || all.some((slot) => slot.hasAttribute("data-busy"))) return;
  arrange([...given, ...all.filter((slot) => !slot.value)]);
  changed();
}

/* Show how many slots are filled, also on the folded sheet of a phone. Return the first empty one. */
function mark() {
  const [first, ...waiting] = free();
  for (const slot of slots()) slot.toggleAttribute("data-waiting", waiting.includes(slot));
  const given = slots().filter((slot) => slot.value).length;
  references().toggleAttribute("data-given", given > 0);
  const attached = box().querySelector("[data-attached]");
  attached.hidden = given === 0;
  attached.querySelector("[data-count]").textContent = given;
  if (given > 1) makeSortable();
  return first;
}

/* Once there is something to sort. What SortableJS moves are elements: they go back, and what they
   hold moves instead, because their numbers stay. */
async function makeSortable() {
  const list = references();
  if (list.sortable) return;
  list.sortable = true;
  await import(list.dataset.sortable);
  Sortable.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
    draggable: "reference-slot:not([data-kind=empty])",
    handle: ".slot__tile",
    forceFallback: true, // a button cannot be dragged natively in every browser
    fallbackOnBody: true,
    fallbackTolerance: 4,
    delay: 180,
    delayOnTouchOnly: true,
    onEnd({ item, oldIndex, newIndex, oldDraggableIndex, newDraggableIndex }) {
      const others = [...list.children].filter((child) => child !== item);
      if (oldIndex !== newIndex) list.insertBefore(item, others[oldIndex] ?? null);
      move(oldDraggableIndex, newDraggableIndex);
    },
  });
}

on("compose-changed", closeRanks);
document.addEventListener("change", ({ target }) => target.name === "image_urls" && closeRanks());

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".slot__tile")) return;
  if (event.key === "Delete") slotOf(event).put("");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
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

document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".slot__tile")?.closest("[data-waiting]")) return;
  event.preventDefault();
  const first = mark();
  first.tile.focus();
  first.tile.click();
});

document.addEventListener("input", (event) => event.target.form === box() && mark());
document.addEventListener("change", mark);
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "compose" && mark());
on("compose-changed", mark);
mark();
