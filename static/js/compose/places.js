/* What the slots show together: how many are taken, also on the folded sheet of a phone; and of the
   empty ones the first invites. The later ones wait for it: an image for one of them gets the
   first's number, so that is where a press on them leads. */

import { box, free, slots } from "./content.js";

function mark() {
  const [first, ...waiting] = free();
  for (const slot of slots()) slot.toggleAttribute("data-waiting", waiting.includes(slot));
  const given = slots().filter((slot) => slot.value).length;
  box().querySelector(".references").toggleAttribute("data-given", given > 0);
  const told = box().querySelector("[data-attached]");
  told.hidden = given === 0;
  told.querySelector("[data-count]").textContent = given;
  return first;
}

document.addEventListener("click", (event) => {
  const slot = event.target.closest?.(".slot__tile")?.closest("[data-waiting]");
  if (!slot) return;
  event.preventDefault();
  const first = mark();
  first.tile.focus();
  first.tile.click();
});

document.addEventListener("input", (event) => event.target.form === box() && mark());
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "compose" && mark());
for (const name of ["change", "studio:changed"]) document.addEventListener(name, mark);
mark();
