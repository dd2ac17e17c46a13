/* Toasts go away by themselves, but never under a pointer or the focus, and later when they have a
   button. Failed requests are explained here. */

import { on } from "../lib/events.js";

const SHOWN_MS = 8000;
const SHOWN_WITH_UNDO_MS = 20000;
// On a phone they lie over the images.
const most = () => (matchMedia("(max-width: 47.99rem)").matches ? 1 : 3);
const place = document.getElementById("toasts");
const timers = new WeakMap();

function scheduleRemoval(toast) {
  if (toast.matches(".toast--error, .toast--warning") && toast.dataset.toast !== "brief") return;
  const start = () => {
    const shown = toast.querySelector("form") ? SHOWN_WITH_UNDO_MS : SHOWN_MS;
    clearTimeout(timers.get(toast));
    timers.set(
      toast,
      setTimeout(() => toast.remove(), shown),
    );
  };
  for (const name of ["pointerenter", "focusin"]) {
    toast.addEventListener(name, () => clearTimeout(timers.get(toast)));
  }
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

function show(text) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  toast.dataset.toast = "brief";
  place.append(toast);
}

/* What had the focus before the toast: closing it, or its Undo, leads back there. */
let before = null;
document.addEventListener("focusin", (event) => {
  if (!place.contains(event.target)) before = null;
  else if (!place.contains(event.relatedTarget)) before = event.relatedTarget;
});

/* Its part of the page may have been replaced since. */
const current = (thing) =>
  thing?.isConnected ? thing : document.getElementById(thing?.id || "none");

/* One of the same name, about the same image, or with the same text and no Undo of its own. */
const replaces = (toast, other) =>
  (toast.id && toast.id === other.id) ||
  (toast.dataset.about && toast.dataset.about === other.dataset.about) ||
  (!other.querySelector("form") && other.textContent.trim() === toast.textContent.trim());

/* However it comes: with the page, in a fragment, or from a script. Repeated messages show once. */
new MutationObserver((changes) => {
  for (const toast of changes.flatMap((change) => [...change.addedNodes])) {
    if (!toast.matches?.("[data-toast]")) continue;
    for (const other of place.querySelectorAll("[data-toast]")) {
      if (other !== toast && replaces(toast, other)) other.remove();
    }
    scheduleRemoval(toast);
  }
  // Only the latest are read.
  const toasts = [...place.querySelectorAll("[data-toast]:not(.toast--working)")];
  toasts.slice(0, -most()).forEach((toast) => toast.remove());
  if (document.activeElement === document.body) current(before)?.focus();
}).observe(place, { childList: true });
place.querySelectorAll("[data-toast]").forEach(scheduleRemoval);

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest("[data-toast]").remove();
});

on("message-requested", (event) => show(event.detail));

document.addEventListener("htmx:sendError", () => show(document.body.dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  const texts = document.body.dataset;
  const { status, responseText } = event.detail.xhr;
  // The reason, where the server has one for a toast.
  const isText = event.detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  if (status === 403 && isText) {
    show(responseText);
    return;
  }
  show(texts[`error${status}`] ?? (status >= 500 ? texts.error500 : texts.trouble));
});
