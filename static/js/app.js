/* Swaps that lose nothing: neither the focus nor a batch, and nothing twice. */

/* A batch that is answered twice stands once: the newest stays. */
document.addEventListener("htmx:load", (event) => {
  const added = event.detail.elt;
  if (!added.matches?.("[data-batch]")) return;
  added.classList.add("is-new");
  document.getElementById("empty-state")?.remove();
  document.querySelectorAll(`[data-batch="${CSS.escape(added.dataset.batch)}"]`).forEach((other) => {
    if (other !== added) other.remove();
  });
});

/* A card that is replaced keeps the focus that was in it, and its image fades in. A pressed
   button is disabled, and so loses the focus, before its card is replaced. */
let focused = null;
for (const name of ["htmx:beforeRequest", "htmx:oobBeforeSwap"]) {
  document.addEventListener(name, (event) => {
    const card = (event.detail.target ?? event.detail.elt)?.closest?.(".card");
    if (card?.contains(document.activeElement)) focused = card.id;
  });
}
document.addEventListener("htmx:load", (event) => {
  const card = event.detail.elt;
  if (!card.matches?.(".card")) return;
  if (focused === card.id) {
    focused = null;
    if (document.activeElement === document.body) {
      card.querySelector(".card__details, .card__image").focus({ preventScroll: true });
    }
  }
  const image = card.querySelector("img");
  if (image && !image.complete) {
    image.classList.add("is-arriving");
    const shown = () => image.classList.remove("is-arriving");
    image.addEventListener("load", shown, { once: true });
    image.addEventListener("error", shown, { once: true });
  }
});

/* What was unfolded stays so when its place is fetched anew. */
let unfolded = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const open = event.detail.target?.querySelectorAll?.("details[id][open]") ?? [];
  unfolded = [...open].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});

/* A button that has done its work for good gives the focus to the batch it belongs to. */
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.(".batch__cancel") || form.checkVisibility()) return;
  if (document.activeElement === document.body || form.contains(document.activeElement)) {
    form.closest("[data-batch], .batch__top").querySelector("a").focus();
  }
});
