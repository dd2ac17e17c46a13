/* While a tile is dragged, the page shows where to drop it: to edit that image, or to add it to the
   references in the compose box. */

const zone = document.querySelector("[data-edit-drop]");
const IMAGE = /\/images\/([0-9a-f-]{36})\//;
const show = (shown) => zone?.classList.toggle("is-shown", shown);

document.addEventListener("dragstart", (event) => {
  // Later: a page that changes at once would end the drag.
  if (event.target.closest?.("[data-tile]")) setTimeout(() => show(true));
});
document.addEventListener("dragend", () => show(false));
for (const target of zone?.querySelectorAll("[data-to]") ?? []) {
  const over = (is) => target.classList.toggle("is-over", is);
  target.addEventListener("dragover", (event) => (event.preventDefault(), over(true)));
  target.addEventListener("dragleave", () => over(false));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const dropped = IMAGE.exec(event.dataTransfer.getData("text/uri-list"));
    if (dropped) location.assign(target.dataset.to + dropped[1]);
  });
}
