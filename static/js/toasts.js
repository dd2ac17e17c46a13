/* Toasts go away by themselves, but never under a pointer or the focus, and later when they hold
   something to press. Failures of requests are said here in words. */

const KEPT_MS = 8000;
const KEPT_WITH_UNDO_MS = 20000;
// On a phone they lie over the images.
const most = () => (matchMedia("(max-width: 47.99rem)").matches ? 1 : 3);
const place = document.getElementById("toasts");
const timers = new WeakMap();

function keep(toast) {
  if (toast.matches(".toast--error, .toast--warning") && toast.dataset.toast !== "brief") return;
  const start = () => {
    const kept = toast.querySelector("form") ? KEPT_WITH_UNDO_MS : KEPT_MS;
    clearTimeout(timers.get(toast));
    timers.set(toast, setTimeout(() => toast.remove(), kept));
  };
  for (const name of ["pointerenter", "focusin"]) {
    toast.addEventListener(name, () => clearTimeout(timers.get(toast)));
  }
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

function say(text) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  toast.dataset.toast = "brief";
  place.append(toast);
}

/* What was focused before the toast: closing it, or its Undo, leads back there. */
let before = null;
document.addEventListener("focusin", (event) => {
  if (!place.contains(event.target)) before = null;
  else if (!place.contains(event.relatedTarget)) before = event.relatedTarget;
});

/* Its part of the page may have been fetched anew since. */
const again = (thing) => (thing?.isConnected ? thing : document.getElementById(thing?.id || "none"));

/* Of the same name, about the same of an image, or in the same words without an Undo of its own. */
const replaces = (toast, other) =>
  (toast.id && toast.id === other.id) ||
  (toast.dataset.about && toast.dataset.about === other.dataset.about) ||
  (!other.querySelector("form") && other.textContent.trim() === toast.textContent.trim());

/* However it comes: with the page, in a fragment's answer, or by a script. The same sentence
   twice stands once. */
new MutationObserver((changes) => {
  for (const toast of changes.flatMap((change) => [...change.addedNodes])) {
    if (!toast.matches?.("[data-toast]")) continue;
    for (const other of place.querySelectorAll("[data-toast]")) {
      if (other !== toast && replaces(toast, other)) other.remove();
    }
    keep(toast);
  }
  // The latest are read, the ones before them are in the way.
  const told = [...place.querySelectorAll("[data-toast]:not(.toast--working)")];
  told.slice(0, -most()).forEach((toast) => toast.remove());
  if (document.activeElement === document.body) again(before)?.focus();
}).observe(place, { childList: true });
place.querySelectorAll("[data-toast]").forEach(keep);

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
  if (quiet(event)) return;
  const said = document.body.dataset;
  const status = event.detail.xhr.status;
  say(said[`said${status}`] ?? (status >= 500 ? said.said500 : said.trouble));
});
