/* <image-overlay>: an image opens over the page on which it was clicked, under its own address;
   Back closes it, and the page stands as it stood, at the image that was seen last. */

import { cover, stay, uncover } from "../page-cover.js";
import { goOn } from "../image-left.js";

const IMAGE = /^\/images\/[0-9a-f-]{36}\/$/;
const OPENS = "[data-tile] a, a.tile, a[data-image]";

const isImage = (address) => IMAGE.test(new URL(address, location.href).pathname);

class ImageOverlay extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => this.moved());
    this.addEventListener("viewer:close", (event) => {
      event.preventDefault();
      history.go(-history.state.image);
    });
    const failed = () => this.querySelector("image-viewer") || history.back();
    this.addEventListener("htmx:responseError", failed);
    this.addEventListener("htmx:sendError", failed);
  }

  clicked(event) {
    const { ctrlKey, metaKey, shiftKey, altKey } = event;
    if (event.defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
    const link = event.target.closest?.(OPENS);
    if (!link?.href || !isImage(link.href)) return;
    event.preventDefault();
    if (this.hidden) this.cover(link);
    history.pushState({ image: (history.state?.image ?? 0) + 1 }, "", link.href);
    this.load(link.href);
  }

  /* Put this over the page, at first with the small image that was there. */
  cover(opener) {
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
  moved() {
    if (!isImage(location.href)) return this.hidden || this.uncover();
    if (this.hidden) this.cover(document.activeElement);
    this.load(location.href);
  }

  uncover() {
    const stage = this.querySelector("image-stage");
    this.hidden = true;
    uncover();
    // A note that is being written is saved when its field is left.
    document.activeElement.blur();
    this.replaceChildren();
    goOn(stage, this.opener);
    stay();
  }
}

customElements.define("image-overlay", ImageOverlay);
