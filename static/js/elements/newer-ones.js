/* <newer-ones data-list>: the way to what is newer than the first of a list. Its link leads to a page
   of its own; pressed here, that page comes in above the list, and nothing in sight moves. */

const THING = "[data-image]:not([hidden]), .batch";

/* Between what came and what was there a row ends, so that no row in sight is made anew. The seam
   goes when it is far below. */
function sew(first) {
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

/* For the moment before something comes in above; what this gives, for the moment after it. Browsers
   do the like by themselves, but not at the top of a page, and not all. */
function hold(list, focused) {
  const first = list.firstElementChild;
  const things = [...list.querySelectorAll(THING)];
  const seen = things.find((thing) => thing.getBoundingClientRect().bottom > 0) ?? first;
  const { top } = seen.getBoundingClientRect();
  return () => {
    const nearest = first.previousElementSibling;
    sew(first);
    if (focused) nearest?.querySelector("a").focus({ preventScroll: true });
    scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" });
  };
}

class NewerOnes extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("[data-newer]");
    this.link.addEventListener("click", (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (elsewhere || !this.list?.firstElementChild) return;
      event.preventDefault();
      this.load();
    });
  }

  get list() {
    return document.getElementById(this.dataset.list);
  }

  /* One page. It brings the way to the next one with it, which takes the place of this. */
  load() {
    this.loading ??= this.bring().finally(() => (this.loading = null));
    return this.loading;
  }

  async bring() {
    const { list } = this;
    const listen = new AbortController();
    let put = null;
    const mine = (act) => (event) => event.detail.requestConfig?.elt === this && act();
    const before = mine(() => (put = hold(list, this.contains(document.activeElement))));
    // Told for each that came.
    const after = mine(() => (put?.(), (put = null)));
    document.addEventListener("htmx:beforeSwap", before, listen);
    document.addEventListener("htmx:afterSwap", after, listen);
    const context = { source: this, target: list, swap: "afterbegin" };
    await htmx.ajax("GET", this.link.href, context).finally(() => listen.abort());
  }
}

customElements.define("newer-ones", NewerOnes);
