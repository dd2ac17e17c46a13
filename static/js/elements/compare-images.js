/* <compare-images>: a click on an image shows all of them at full size and at the same place,
   another one, or Escape, fits them again. The mouse moves them all, and so does scrolling one.
   Nothing is animated. Without this an image is a link to its page; the keys are in
   `compare-keys.js`. */

class CompareImages extends HTMLElement {
  connectedCallback() {
    this.frames = [...this.querySelectorAll("[data-zoom]")];
    for (const frame of this.frames) {
      frame.setAttribute("role", "button");
      frame.setAttribute("aria-label", frame.dataset.zoom);
      frame.draggable = false;
      const on = (name, listener) => frame.addEventListener(name, listener);
      on("click", (event) => this.clicked(event, frame));
      on("pointermove", (event) => event.pointerType === "mouse" && this.point(event, frame));
      on("scroll", () => this.follow(frame));
      for (const name of ["pointerdown", "pointerenter", "focus"]) on(name, () => (this.led = frame));
    }
    this.zoom(false);
    // What was done to one of them is seen then; an element in the place of this one hears the next.
    const itself = { source: this, target: this, select: "compare-images", swap: "outerHTML" };
    const refresh = () => htmx.ajax("GET", location.href, itself);
    document.addEventListener("images-changed", refresh, { once: true });
  }

  clicked(event, frame) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.zoom(!this.zoomed);
    // By a key there is no place to look at but the middle.
    if (event.detail) this.point(event, frame);
    else this.move(0.5, 0.5);
  }

  zoom(zoomed) {
    this.zoomed = zoomed;
    this.classList.toggle("is-zoomed", zoomed);
    for (const frame of this.frames) {
      frame.setAttribute("aria-pressed", zoomed);
      const image = frame.querySelector("img");
      this.fitted ??= image.sizes;
      // A small image would else be no larger than it was.
      const width = Math.max(Number(image.getAttribute("width")), frame.clientWidth * 1.5);
      image.style.width = zoomed ? `${width}px` : "";
      image.sizes = zoomed ? `${width}px` : this.fitted;
    }
  }

  /* The place under the pointer: its share of the frame is the share of the image. */
  point({ clientX, clientY }, frame) {
    if (!this.zoomed) return;
    const box = frame.getBoundingClientRect();
    this.move((clientX - box.left) / box.width, (clientY - box.top) / box.height);
  }

  move(x, y, leader) {
    for (const frame of this.frames) {
      if (frame === leader) continue;
      frame.scrollLeft = x * (frame.scrollWidth - frame.clientWidth);
      frame.scrollTop = y * (frame.scrollHeight - frame.clientHeight);
    }
  }

  follow(frame) {
    if (!this.zoomed || frame !== this.led) return;
    const x = frame.scrollLeft / (frame.scrollWidth - frame.clientWidth || 1);
    const y = frame.scrollTop / (frame.scrollHeight - frame.clientHeight || 1);
    this.move(x, y, frame);
  }
}

customElements.define("compare-images", CompareImages);
