/* <picture-overlay>: a picture opens over the page on which it was clicked, under its own address;
   Back closes it, and the page stands as it stood, at the picture that was seen last. */

import { cover, stay, uncover } from "../page-cover.js";
import { goOn } from "../picture-left.js";

const PICTURE = /^\/images\/[0-9a-f-]{36}\/$/;
const OPENS = "[data-tile] a, a.tile, a[data-picture]";

const isPicture = (address) => PICTURE.test(new URL(address, location.href).pathname);

class PictureOverlay extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => this.moved());
    this.addEventListener("viewer:close", (event) => {
      event.preventDefault();
      history.go(-history.state.picture);
    });
    const failed = () => this.querySelector("picture-viewer") || history.back();
    this.addEventListener("htmx:responseError", failed);
    this.addEventListener("htmx:sendError", failed);
  }

  clicked(event) {
    const { ctrlKey, metaKey, shiftKey, altKey } = event;
    if (event.defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
    const link = event.target.closest?.(OPENS);
    if (!link?.href || !isPicture(link.href)) return;
    event.preventDefault();
    if (this.hidden) this.cover(link);
    history.pushState({ picture: (history.state?.picture ?? 0) + 1 }, "", link.href);
    this.load(link.href);
  }

  /* Put this over the page, at first with the small picture that was there. */
  cover(opener) {
    this.opener = opener;
    cover();
    this.hidden = false;
    this.innerHTML = "";
    const picture = opener.querySelector("img")?.cloneNode();
    if (picture) this.appendChild(picture).className = "overlay__first";
  }

  async load(url) {
    await htmx.ajax("GET", url, { source: this, target: this, swap: "innerHTML" });
    if (!this.hidden) this.focus({ preventScroll: true });
  }

  // Back, or forward.
  moved() {
    if (!isPicture(location.href)) return this.hidden || this.uncover();
    if (this.hidden) this.cover(document.activeElement);
    this.load(location.href);
  }

  uncover() {
    const stage = this.querySelector("picture-stage");
    this.hidden = true;
    uncover();
    // A note that is being written is saved when its field is left.
    document.activeElement.blur();
    this.replaceChildren();
    goOn(stage, this.opener);
    stay();
  }
}

customElements.define("picture-overlay", PictureOverlay);
