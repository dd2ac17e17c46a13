/* <image-stage data-photoswipe data-styles>: the image itself, with zoom and swipe; PhotoSwipe is
   loaded when an image is looked at. The stage knows the neighbors that #image-strip lists, and
   adds further ones as the strip changes. It emits `image-turned` with the image it came to, and
   `stage-dismissed` when the image is thrown off. Without PhotoSwipe it stays a plain image. */

import { emit } from "../lib/events.js";
import { StageImages } from "./stage-images.js";
import { createSwipe, fit, isZoomed, loadStyles, pan } from "./zoom.js";

class ImageStage extends HTMLElement {
  async connectedCallback() {
    this.images = new StageImages(this);
    this.here = this.images.at(this.images.index)?.id;
    const { photoswipe, styles } = this.dataset;
    const loading = Promise.all([import(photoswipe), loadStyles(styles)]);
    const [module, styled] = await loading.catch(() => []);
    if (styled && this.isConnected) this.begin(module.default);
  }

  disconnectedCallback() {
    this.sizes?.disconnect();
    this.swipe?.destroy();
  }

  begin(PhotoSwipe) {
    this.swipe = createSwipe(PhotoSwipe, this, this.images);
    this.swipe.on("change", () => this.turned());
    this.swipe.on("close", () => emit("stage-dismissed", undefined, this));
    this.sizes = new ResizeObserver(() => {
      this.swipe.updateSize(true);
      this.swipe.setScrollOffset();
    });
    this.sizes.observe(this);
    this.dataset.ready = "";
  }

  get items() {
    return this.images.items;
  }

  /* Turn by one; return false when nothing is known there yet. */
  turn(step) {
    const index = (this.swipe?.potentialIndex ?? NaN) + step;
    const isKnown = Boolean(this.images.at(index));
    if (isKnown) this.swipe.goTo(index);
    return isKnown;
  }

  get zoomed() {
    return Boolean(this.swipe && isZoomed(this.swipe));
  }

  toggleZoom() {
    this.swipe?.currSlide.toggleZoom();
  }

  /* Show the whole image; return false when it is shown already. */
  unzoom() {
    const { zoomed } = this;
    if (zoomed) fit(this.swipe);
    return zoomed;
  }

  /* Return false when the whole image is shown. */
  pan(key) {
    const { zoomed } = this;
    if (zoomed) pan(this.swipe, key);
    return zoomed;
  }

  turned() {
    const item = this.images.at(this.swipe.currIndex);
    if (!item) this.returnToKnown();
    else if (item.id !== this.here) {
      this.here = item.id;
      emit("image-turned", item, this);
    }
  }

  /* A swipe can go beyond the first image that is known. */
  returnToKnown() {
    setTimeout(() => {
      const isUnknown = this.isConnected && !this.images.at(this.swipe.currIndex);
      if (isUnknown) this.swipe.goTo(this.images.first);
    });
  }

  learn() {
    if (!this.swipe) return;
    for (const index of this.images.grow(this.here)) this.swipe.refreshSlideContent(index);
  }
}

customElements.define("image-stage", ImageStage);
