/* <image-stage data-zoom data-photoswipe>: the image itself, with zoom and swipe, whose scripts
   are loaded when an image is looked at. It knows the neighbours that #image-strip lists, and
   takes in further ones as the strip changes. Says `stage:turn` with the image it came to, and
   `stage:close` when the image is thrown off. Without the scripts it stays a plain image. */

import { learn, listed } from "../image-strip.js";

class ImageStage extends HTMLElement {
  async connectedCallback() {
    this.items = listed(this);
    this.here = this.items.find((item) => "here" in item)?.id;
    const { zoom: own, photoswipe: theirs, styles } = this.dataset;
    const parts = [import(own), import(theirs)];
    const [zoom, photoswipe] = await Promise.all(parts).catch(() => []);
    const styled = await zoom?.styled(styles);
    if (styled && this.isConnected) this.begin(zoom, photoswipe.default);
  }

  disconnectedCallback() {
    this.sizes?.disconnect();
    this.swipe?.destroy();
  }

  begin(zoom, PhotoSwipe) {
    this.zoom = zoom;
    const index = this.items.findIndex((item) => item.id === this.here);
    this.swipe = zoom.begin(PhotoSwipe, this, this.items, index);
    this.swipe.on("change", () => this.came());
    this.swipe.on("close", () => this.say("stage:close"));
    this.sizes = new ResizeObserver(() => {
      this.swipe.updateSize(true);
      this.swipe.setScrollOffset();
    });
    this.sizes.observe(this);
    this.dataset.ready = "";
  }

  /* Turn by one; false when nothing is known there yet. */
  turn(step) {
    const to = (this.swipe?.potentialIndex ?? NaN) + step;
    if (this.items[to]) this.swipe.goTo(to);
    return Boolean(this.items[to]);
  }

  get zoomed() {
    return Boolean(this.swipe && this.zoom.isZoomed(this.swipe));
  }

  toggleZoom() {
    this.swipe?.currSlide.toggleZoom();
  }

  /* Whole again; false when it is so already. */
  unzoom() {
    const { zoomed } = this;
    if (zoomed) this.zoom.fit(this.swipe);
    return zoomed;
  }

  /* False when it is whole. */
  pan(key) {
    const { zoomed } = this;
    if (zoomed) this.zoom.pan(this.swipe, key);
    return zoomed;
  }

  came() {
    const item = this.items[this.swipe.currIndex];
    if (!item || item.id === this.here) return;
    this.here = item.id;
    this.say("stage:turn", item);
  }

  learn() {
    learn(this);
  }

  say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("image-stage", ImageStage);
