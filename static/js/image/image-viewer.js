/* <image-viewer>: an image with its details. Turning to another image keeps the stage, changes the
   URL in place, and fetches the details; so does every change to the image. */

import { emit, on } from "../lib/events.js";
import { opensElsewhere } from "../lib/keys.js";
import { closeSheet } from "./details.js";

// Many turns in a row send one request, and browsers limit how often a URL may change.
const TURN_MS = 60;

class ImageViewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector("image-stage");
    this.about = () => this.querySelector("#image-about");
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("htmx:afterSwap", () => this.settle(), { signal });
    const onThis = { target: this, signal };
    on("image-turned", (event) => this.turned(event.detail), onThis);
    on("stage-dismissed", () => this.close(), onThis);
    on("images-changed", (event) => this.imagesChanged(event.detail), { signal });
    this.settle();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  clicked(event) {
    if (opensElsewhere(event) || event.defaultPrevented) return;
    if (event.target.closest("[data-close]")) return this.close(event);
    if (event.target.closest("[data-toggle-zoom]")) return this.stage.toggleZoom();
    const link = event.target.closest("a[rel=prev], a[rel=next]");
    if (!link) return;
    event.preventDefault();
    const step = link.rel === "next" ? 1 : -1;
    if (this.stage.turn(step)) return;
    // A neighbor that the stage does not know may be on its way; else its whole page is fetched.
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

  /* One request at a time; of those that are asked for meanwhile, only the last is sent. */
  async refresh(url) {
    this.next = url;
    if (this.busy) return;
    this.busy = true;
    while (this.next && this.isConnected) {
      const current = this.next;
      this.next = null;
      const about = { target: this.about(), select: "#image-about", swap: "outerHTML" };
      await htmx.ajax("GET", current, { source: this.stage, ...about }).catch(() => {});
    }
    this.busy = false;
  }

  /* Not during a turn: its URL would replace the one that is shown. */
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

  /* Something was done to images, from this page or by an undo. */
  imagesChanged({ kind, undone, images }) {
    const { here } = this.about().dataset;
    const next = this.querySelector("a[rel=next]") ?? this.querySelector("a[rel=prev]");
    // This list no longer has an image to which this was done.
    const isTrash = new URL(here, location).searchParams.get("in") === "trash";
    const leaves = kind === (isTrash ? "restore" : "trash");
    const returns = leaves && undone && images?.length === 1;
    if (returns) this.show(here.replace(this.stage.here, images[0]));
    else if (images && !images.includes(this.stage.here)) return;
    else if (!leaves || undone) this.refresh(here);
    else if (next) this.show(next.href);
    else this.close();
  }

  /* Over a grid the overlay closes it; by itself the way back is a link. */
  close(event) {
    // A key clicks by script (shortcuts.js): it ends the zoom first, and then closes the sheet.
    const byKey = event?.isTrusted === false;
    if (byKey && (this.stage.unzoom() || closeSheet())) return event.preventDefault();
    clearTimeout(this.timer); // a turn must not change the URL while the browser goes back
    if (!emit("close-requested", undefined, this)) event?.preventDefault();
    else if (!event) location.assign(this.querySelector("[data-close]").href);
  }
}

customElements.define("image-viewer", ImageViewer);

/* A page that was reloaded under a grid shares its history with it: Back means another page then. */
addEventListener("popstate", () => {
  const shown = document.querySelector("main #image-about")?.dataset.here;
  if (shown && new URL(shown, location).pathname !== location.pathname) location.reload();
});
