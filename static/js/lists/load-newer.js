/* <load-newer data-list>: loads what is newer than the first item of a list. Its link leads to a page
   of its own; clicked here, that page comes in above the list, and nothing in view moves. */

import { opensElsewhere } from "../lib/keys.js";

const ITEM = "[data-image]:not([hidden]), .batch";

/* End the row between new and old items, so that no row in view changes. The seam is removed when
   it is far below. */
function addSeam(first) {
  const seam = Object.assign(document.createElement("span"), { className: "seam" });
  first.before(seam);
  const watch = ([{ boundingClientRect, rootBounds }]) => {
    if (boundingClientRect.top <= rootBounds.bottom) return;
    observer.disconnect();
    seam.remove();
  };
  const observer = new IntersectionObserver(watch, { rootMargin: "0px 0px 100% 0px" });
  observer.observe(first);
}

/* Remember what is in view before something comes in above; return a function that restores it
   afterwards. Browsers do the same by themselves, but not at the top of a page, and not all. */
function holdView(list, focused) {
  const first = list.firstElementChild;
  const all = [...list.querySelectorAll(ITEM)];
  const seen = all.find((item) => item.getBoundingClientRect().bottom > 0) ?? first;
  const { top } = seen.getBoundingClientRect();
  return () => {
    const nearest = first.previousElementSibling;
    addSeam(first);
    if (focused) nearest?.querySelector("a").focus({ preventScroll: true });
    scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" });
  };
}

class LoadNewer extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("[data-newer]");
    this.link.addEventListener("click", (event) => {
      if (opensElsewhere(event) || !this.list?.firstElementChild) return;
      event.preventDefault();
      this.load();
    });
  }

  get list() {
    return document.getElementById(this.dataset.list);
  }

  /* Load one page. It brings the link to the next one, which replaces this element. */
  load() {
    this.loading ??= this.request().finally(() => (this.loading = null));
    return this.loading;
  }

  async request() {
    const { list } = this;
    const listening = new AbortController();
    let restore = null;
    const ifOurs = (action) => (event) => event.detail.requestConfig?.elt === this && action();
    const before = ifOurs(() => (restore = holdView(list, this.contains(document.activeElement))));
    // htmx reports each item that came.
    const after = ifOurs(() => (restore?.(), (restore = null)));
    document.addEventListener("htmx:beforeSwap", before, listening);
    document.addEventListener("htmx:afterSwap", after, listening);
    const context = { source: this, target: list, swap: "afterbegin" };
    await htmx.ajax("GET", this.link.href, context).finally(() => listening.abort());
  }
}

customElements.define("load-newer", LoadNewer);
