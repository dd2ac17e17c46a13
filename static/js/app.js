/* What every page needs: toasts, failures of requests in words, and swaps that lose nothing. */

const toasts = () => document.getElementById("toasts");
const KEPT_MS = 8000;

function keep(toast) {
  const timer = setTimeout(() => toast.remove(), KEPT_MS);
  for (const event of ["pointerenter", "focusin"]) {
    toast.addEventListener(event, () => clearTimeout(timer));
  }
}

function say(text) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  // The same sentence twice in a row stands once.
  for (const other of toasts().children) {
    if (other.textContent.trim() === toast.textContent.trim()) other.remove();
  }
  toasts().append(toast);
  keep(toast);
}

document.querySelectorAll("#toasts > [data-toast]").forEach((toast) => {
  if (!toast.matches(".toast--error, .toast--warning")) keep(toast);
});

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest("[data-toast]").remove();
});

document.addEventListener("studio:say", (event) => say(event.detail));

/* The live refresh has its own line for a lost connection. */
const quiet = (event) => event.detail.elt?.matches?.("live-cards");
document.addEventListener("htmx:sendError", (event) => {
  if (!quiet(event)) say(document.body.dataset.offline);
});
document.addEventListener("htmx:responseError", (event) => {
  if (!quiet(event)) say(document.body.dataset.trouble);
});

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

/* A card that is replaced keeps the focus that was in it, and its picture fades in. A pressed
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
      card.querySelector(".card__details, .card__picture").focus({ preventScroll: true });
    }
  }
  const picture = card.querySelector("img");
  if (picture && !picture.complete) {
    picture.classList.add("is-arriving");
    const shown = () => picture.classList.remove("is-arriving");
    picture.addEventListener("load", shown, { once: true });
    picture.addEventListener("error", shown, { once: true });
  }
});
