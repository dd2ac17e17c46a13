/* A tile that is dragged shows where to drop it: it becomes the first reference of a new picture. */

const zone = document.querySelector("[data-edit-drop]");
const PICTURE = /\/images\/([0-9a-f-]{36})\//;
const show = (shown) => zone?.classList.toggle("is-shown", shown);

document.addEventListener("dragstart", (event) => {
  // Later: a page that changes at once ends the drag.
  if (event.target.closest?.("[data-tile]")) setTimeout(() => show(true));
});
document.addEventListener("dragend", () => show(false));
zone?.addEventListener("dragover", (event) => event.preventDefault());
zone?.addEventListener("drop", (event) => {
  event.preventDefault();
  const dropped = PICTURE.exec(event.dataTransfer.getData("text/uri-list"));
  if (dropped) location.assign(`${zone.dataset.editDrop}?edit=${dropped[1]}`);
});
