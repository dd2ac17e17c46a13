/* What was moved is kept: moves of one image in a row as one, which its Undo takes back whole.
   Imported by <arrange-images>. */

const WAIT_MS = 500;
const FAILURES = ["htmx:responseError", "htmx:sendError"];

export function keeping(element, list) {
  let moved = null;
  let from = null; // before which one it stood
  let timer = null;
  let sent = Promise.resolve();
  let waiting = 0;

  /* From here on it may be moved, until it is kept. */
  function hold(item) {
    if (moved === item) return;
    keep();
    moved = item;
    from = item.nextElementSibling;
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  }

  function keep({ leaving = false } = {}) {
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

  /* One after the other. What cannot be kept goes back. */
  async function send(item, before, values) {
    const back = (event) => event.target === element && list.insertBefore(item, before);
    for (const name of FAILURES) element.addEventListener(name, back);
    const options = { source: element, target: element, swap: "none", values };
    await htmx.ajax("POST", element.dataset.url, options).catch(() => {});
    waiting -= 1;
    for (const name of FAILURES) element.removeEventListener(name, back);
  }

  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (timer && !moved?.contains(relatedTarget)) keep();
  });
  // The next page shows the new order.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    keep();
    if (!waiting) return;
    event.preventDefault();
    sent.then(() => location.assign(link.href));
  });
  addEventListener("pagehide", () => keep({ leaving: true }));
  return { hold, soon, keep };
}
