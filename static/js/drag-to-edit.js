/* A tile that is dragged shows where to drop it: as what a new image is made from, or beside the
   references that stand in the box. */

const zone = document.querySelector("[data-edit-drop]");
const IMAGE = /\/images\/([0-9a-f-]{36})\//;
const show = (shown) => zone?.classList.toggle("is-shown", shown);

document.addEventListener("dragstart", (event) => {
  // Later: a page that changes at once ends the drag.
  if (event.target.closest?.("[data-tile]")) setTimeout(() => show(true));
});
document.addEventListener("dragend", () => show(false));
for (const place of zone?.querySelectorAll("[data-to]") ?? []) {
  const over = (is) => place.classList.toggle("is-over", is);
  place.addEventListener("dragover", (event) => (event.preventDefault(), over(true)));
  place.addEventListener("dragleave", () => over(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const dropped = IMAGE.exec(event.dataTransfer.getData("text/uri-list"));
    if (dropped) location.assign(place.dataset.to + dropped[1]);
  });
}
