/* Saves what was moved: consecutive moves of one image as one, which its Undo reverts as a whole. */

import { opensElsewhere } from "../lib/keys.js";

const WAIT_MS = 500;
const FAILURES = ["htmx:responseError", "htmx:sendError"];

export function savedMoves(element, list) {
  let moved = null;
  let from = null; // the image that followed it
  let timer = null;
  let sent = Promise.resolve();
  let waiting = 0;

  /* Remember where an image is, before it is moved. */
  function begin(item) {
    if (moved === item) return;
    save();
    moved = item;
    from = item.nextElementSibling;
  }

  function saveSoon() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  }

  function save({ leaving = false } = {}) {
    clearTimeout(timer);
    timer = null;
    const item = moved;
    moved = null;
    if (!item || item.nextElementSibling === from) return;
    const fields = new FormData(item.querySelector("form"));
    const previous = item.previousElementSibling;
    if (previous) fields.set("behind", previous.dataset.image);
    else fields.set("before", item.nextElementSibling.dataset.image);
    const before = from;
    if (leaving) navigator.sendBeacon(element.dataset.url, fields);
    else {
      waiting += 1;
      sent = sent.then(() => send(item, before, Object.fromEntries(fields)));
    }
  }

  /* One after the other. A move that cannot be saved is undone. */
  async function send(item, before, values) {
    const undo = (event) => event.target === element && list.insertBefore(item, before);
    for (const name of FAILURES) element.addEventListener(name, undo);
    const options = { source: element, target: element, swap: "none", values };
    await htmx.ajax("POST", element.dataset.url, options).catch(() => {});
    waiting -= 1;
    for (const name of FAILURES) element.removeEventListener(name, undo);
  }

  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (timer && !moved?.contains(relatedTarget)) save();
  });
  // The next page must show the new order.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || opensElsewhere(event) || event.defaultPrevented) return;
    save();
    if (!waiting) return;
    event.preventDefault();
    sent.then(() => location.assign(link.href));
  });
  addEventListener("pagehide", () => save({ leaving: true }));
  return { begin, saveSoon, save };
}
