/* <image-overlay>: an image opens over the page on which it was clicked, under its own URL; Back
   closes it, and the page is as it was, at the image that was seen last. */

import { on } from "../lib/events.js";
import { opensElsewhere } from "../lib/keys.js";
import { cover, holdScroll, uncover } from "./page-cover.js";
import { returnFocus } from "./return-focus.js";

const IMAGE = /^\/images\/[0-9a-f-]{36}\/$/;
const OPENERS = "[data-tile] a, a.tile, a[data-image]";

const isImage = (url) => IMAGE.test(new URL(url, location.href).pathname);

/* To the entry of the page below, before all images that were opened over it. */
function goBack(event) {
  event.preventDefault();
  history.go(-history.state.image);
}

class ImageOverlay extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => this.navigated());
    on("close-requested", goBack, { target: this });
    const failed = () => this.querySelector("image-viewer") || history.back();
    this.addEventListener("htmx:responseError", failed);
    this.addEventListener("htmx:sendError", failed);
  }

  clicked(event) {
    if (event.defaultPrevented || opensElsewhere(event)) return;
    const link = event.target.closest?.(OPENERS);
    if (!link?.href || !isImage(link.href)) return;
    event.preventDefault();
    if (this.hidden) this.open(link);
    history.pushState({ image: (history.state?.image ?? 0) + 1 }, "", link.href);
    this.load(link.href);
  }

  /* Cover the page, at first with the small image that was clicked. */
  open(opener) {
    this.opener = opener;
    cover();
    this.hidden = false;
    this.innerHTML = "";
    const image = opener.querySelector("img")?.cloneNode();
    if (image) this.appendChild(image).className = "overlay__first";
  }

  async load(url) {
    await htmx.ajax("GET", url, { source: this, target: this, swap: "innerHTML" });
    if (!this.hidden) this.focus({ preventScroll: true });
  }

  // Back, or forward.
  navigated() {
    if (!isImage(location.href)) return this.hidden || this.close();
    if (this.hidden) this.open(document.activeElement);
    this.load(location.href);
  }

  close() {
    const stage = this.querySelector("image-stage");
    this.hidden = true;
    uncover();
    // A note that is being written is saved when its field loses the focus.
    document.activeElement.blur();
    this.replaceChildren();
    returnFocus(stage, this.opener);
    holdScroll();
  }
}

customElements.define("image-overlay", ImageOverlay);
