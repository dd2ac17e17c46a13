/* Of the empty slots the first invites. The later ones wait for it: a picture for one of them gets
   the first's number, so that is where a press on them leads. */

import { box, free, slots } from "./content.js";

function mark() {
  const [first, ...waiting] = free();
  for (const slot of slots()) slot.toggleAttribute("data-waiting", waiting.includes(slot));
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
