/* <image-viewer>: an image with what is known of it. Turning keeps the stage, changes the address
   in place, and fetches what stands around the image; so does everything that is done to it. */

import { closeSheet } from "../image-details.js";

// Many turns in a row ask once, and browsers limit how often an address may change.
const TURN_MS = 60;

class ImageViewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector("image-stage");
    this.about = () => this.querySelector("#image-about");
    this.listen = new AbortController();
    const { signal } = this.listen;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("stage:turn", (event) => this.turned(event.detail), { signal });
    this.addEventListener("stage:close", () => this.close(), { signal });
    this.addEventListener("htmx:afterSwap", () => this.settle(), { signal });
    this.settle();
  }

  disconnectedCallback() {
    this.listen.abort();
    clearTimeout(this.timer);
  }

  clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest("[data-close]")) return this.close(event);
    if (event.target.closest("[data-toggle-zoom]")) return this.stage.toggleZoom();
    const link = event.target.closest("a[rel=prev], a[rel=next]");
    if (!link) return;
    event.preventDefault();
    const step = link.rel === "next" ? 1 : -1;
    if (this.stage.turn(step)) return;
    // A neighbour that the stage does not know may be on its way; else it comes with its whole page.
    if (this.busy || this.timer) this.step = step;
    else this.show(link.href);
  }

  turned(item) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      history.replaceState(history.state, "", item.href);
      this.refresh(item.href);
    }, TURN_MS);
  }

  /* One request at a time; of those that come meanwhile the last is the one that counts. */
  async refresh(url) {
    this.wanted = url;
    if (this.busy) return;
    this.busy = true;
    for (let next; (next = this.wanted) && this.isConnected; ) {
      this.wanted = null;
      const about = { target: this.about(), select: "#image-about", swap: "outerHTML" };
      await htmx.ajax("GET", next, { source: this.stage, ...about }).catch(() => {});
    }
    this.busy = false;
  }

  /* Not while a turn is on its way: its address would be written over the one that is shown. */
  show(url) {
    if (this.busy || this.timer) return;
    this.busy = true;
    history.replaceState(history.state, "", url);
    const all = { source: this.stage, target: this, swap: "outerHTML" };
    htmx.ajax("GET", url, all).finally(() => (this.busy = false));
  }

  settle() {
    document.title = this.about().dataset.title;
    this.stage.learn?.();
    if (this.step) this.stage.turn(this.step);
    this.step = 0;
  }

  /* Over a grid somebody else closes; by itself the way back is a link. */
  close(event) {
    // By the key (image-keys.js): the zoom ends first, as everywhere, and so does a sheet.
    if (event?.isTrusted === false && (this.stage.unzoom() || closeSheet())) return event.preventDefault();
    clearTimeout(this.timer); // a turn must not write its address while the browser is on its way back
    const closing = new CustomEvent("viewer:close", { bubbles: true, cancelable: true });
    if (!this.dispatchEvent(closing)) event?.preventDefault();
    else if (!event) location.assign(this.querySelector("[data-close]").href);
  }
}

customElements.define("image-viewer", ImageViewer);
