/* Swaps that lose nothing: neither the focus nor a batch, and that show nothing twice. */

/* A batch that is answered twice is shown once: the newest stays. */
document.addEventListener("htmx:load", (event) => {
  const added = event.detail.elt;
  if (!added.matches?.("[data-batch]")) return;
  added.classList.add("is-new");
  document.getElementById("empty-state")?.remove();
  const same = `[data-batch="${CSS.escape(added.dataset.batch)}"]`;
  for (const other of document.querySelectorAll(same)) if (other !== added) other.remove();
});

/* A card that is replaced keeps the focus that was in it, and its image fades in. A pressed
   button is disabled, and so loses the focus, before its card is replaced. */
let focusedCard = null;
for (const name of ["htmx:beforeRequest", "htmx:oobBeforeSwap"]) {
  document.addEventListener(name, (event) => {
    const card = (event.detail.target ?? event.detail.elt)?.closest?.(".card");
    if (card?.contains(document.activeElement)) focusedCard = card.id;
  });
}

function fadeIn(image) {
  const show = () => image.classList.remove("is-arriving");
  image.classList.add("is-arriving");
  image.addEventListener("load", show, { once: true });
  image.addEventListener("error", show, { once: true });
}

document.addEventListener("htmx:load", (event) => {
  const card = event.detail.elt;
  if (!card.matches?.(".card")) return;
  if (focusedCard === card.id) {
    focusedCard = null;
    if (document.activeElement === document.body) {
      card.querySelector(".card__details, .card__image").focus({ preventScroll: true });
    }
  }
  const image = card.querySelector("img");
  if (image && !image.complete) fadeIn(image);
});

/* Details that were open stay open when they are replaced. */
let openIds = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  const open = event.detail.target?.querySelectorAll?.("details[id][open]") ?? [];
  openIds = [...open].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of openIds.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});

/* A Cancel button that has nothing left to cancel gives the focus to its batch. */
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.(".batch__cancel") || form.checkVisibility()) return;
  if (document.activeElement === document.body || form.contains(document.activeElement)) {
    form.closest("[data-batch], .batch__top").querySelector("a").focus();
  }
});

/* The worker only keeps a page for when the studio cannot be reached. Browsers give it to secure
   pages alone (https, or this machine). */
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
