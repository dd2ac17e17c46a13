/* <picture-overlay>: a picture opens over the page on which it was clicked, under its own address;
   Back closes it, and the page stands as it stood, at the picture that was seen last. */

import { setCovered } from "../page-cover.js";
import { goOn } from "../picture-left.js";

const PICTURE = /^\/images\/[0-9a-f-]{36}\/$/;
const OPENS = "[data-tile] a, a.tile, a[data-picture]";

const isPicture = (address) => PICTURE.test(new URL(address, location.href).pathname);

class PictureOverlay extends HTMLElement {
  connectedCallback() {
    this.name = document.title;
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

  /* Put this over the page. Its entry in the history loses htmx's mark for so long, or htmx would
     fetch the page anew on the way back to it; and the browser must not scroll then: an entry that
     was opened anew by a link to itself still has the place of the page before. */
  cover(opener) {
    this.opener = opener;
    this.under = history.state;
    if (this.under?.htmx) history.replaceState(null, "");
    this.scrolling = history.scrollRestoration;
    history.scrollRestoration = "manual";
    this.show(true);
    this.innerHTML = "";
    const picture = opener.querySelector("img")?.cloneNode();
    if (picture) this.appendChild(picture).className = "overlay__first";
  }

  show(shown) {
    this.hidden = !shown;
    setCovered(shown);
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
    this.show(false);
    // A note that is being written is saved when its field is left.
    document.activeElement.blur();
    this.replaceChildren();
    if (this.under?.htmx) history.replaceState(this.under, "");
    document.title = this.name;
    goOn(stage, this.opener);
    // The browser has moved by then: to where the page was left, if Forward led to the picture.
    const top = scrollY;
    requestAnimationFrame(() => setTimeout(() => this.stay(top)));
  }

  stay(top) {
    history.scrollRestoration = this.scrolling;
    if (this.hidden) scrollTo({ top, behavior: "instant" });
  }
}

customElements.define("picture-overlay", PictureOverlay);
