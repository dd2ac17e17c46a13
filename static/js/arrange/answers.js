/* While the images of a collection are arranged: what the answers to Undo, to a chosen cover and
   to "More" change among them. */

const list = document.querySelector(".arrange");
const found = (image) => list.querySelector(`[data-image="${CSS.escape(image)}"]`);

/* Undo was pressed in a toast, which goes: the focus goes on where its work is seen. */
function lead({ target }, control) {
  const left = document.activeElement === document.body || document.activeElement.closest("#toasts");
  if (target.closest?.("#toasts") && left) control.focus();
}

document.addEventListener("image-placed", (event) => {
  const { detail } = event;
  const item = found(detail.image);
  if (!item) return;
  // Before what is not here yet, it stands last.
  list.insertBefore(item, found(detail.before) ?? list.querySelector(".older"));
  lead(event, item.querySelector("[value=earlier]"));
});

document.addEventListener("cover-chosen", (event) => {
  list.toggleAttribute("data-first-covers", !event.detail.image);
  for (const button of list.querySelectorAll("[data-cover]")) {
    const { cover } = button.dataset;
    const chosen = cover === event.detail.image;
    button.setAttribute("aria-pressed", chosen);
    button.form.elements.image.value = chosen ? "" : cover;
    if (chosen) lead(event, button);
  }
});

/* What was moved behind the last one is on the next page, too: that one counts. */
list.addEventListener("htmx:load", ({ target }) => {
  for (const item of list.querySelectorAll(`[data-image="${target.dataset.image}"]`)) {
    if (item !== target) item.remove();
  }
});
