/* <compare-images>: a click on an image, or Space, shows all of them at full size and at the same
   place; another one, or Escape, fits them again. The mouse moves them all, and so does scrolling
   one. Nothing is animated. Without this an image is a link to its page. */

import { on } from "../lib/events.js";
import { isCommand, isDialogOpen, opensElsewhere } from "../lib/keys.js";

// Controls for which Space has a meaning of its own.
const CONTROL = "button, input, textarea, select, summary, [contenteditable]";

class CompareImages extends HTMLElement {
  connectedCallback() {
    this.frames = [...this.querySelectorAll("[data-zoom]")];
    for (const frame of this.frames) {
      frame.setAttribute("role", "button");
      frame.setAttribute("aria-label", frame.dataset.zoom);
      frame.draggable = false;
      frame.addEventListener("click", (event) => this.clicked(event, frame));
      frame.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse") this.point(event, frame);
      });
      frame.addEventListener("scroll", () => this.follow(frame));
      for (const name of ["pointerdown", "pointerenter", "focus"]) {
        frame.addEventListener(name, () => (this.leader = frame));
      }
    }
    this.zoom(false);
    // A change to one of them replaces this element; the new one listens for the next change.
    const itself = { source: this, target: this, select: "compare-images", swap: "outerHTML" };
    on("images-changed", () => htmx.ajax("GET", location.href, itself), { once: true });
  }

  clicked(event, frame) {
    if (opensElsewhere(event)) return;
    event.preventDefault();
    this.zoom(!this.zoomed);
    // A key has no position: show the middle.
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
      // Otherwise a small image would not grow.
      const width = Math.max(Number(image.getAttribute("width")), frame.clientWidth * 1.5);
      image.style.width = zoomed ? `${width}px` : "";
      image.sizes = zoomed ? `${width}px` : this.fitted;
    }
  }

  /* Move to the place under the pointer: its share of the frame is the share of the image. */
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
    if (!this.zoomed || frame !== this.leader) return;
    const x = frame.scrollLeft / (frame.scrollWidth - frame.clientWidth || 1);
    const y = frame.scrollTop / (frame.scrollHeight - frame.clientHeight || 1);
    this.move(x, y, frame);
  }
}

customElements.define("compare-images", CompareImages);

/* Registered before the other keys of the page (image/shortcuts.js), by which Escape closes it. */
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const zoomed = document.querySelector("compare-images.is-zoomed");
  if ((key !== " " && !(key === "Escape" && zoomed)) || event.defaultPrevented) return;
  if (isCommand(event) || event.shiftKey || (key === " " && target.closest?.(CONTROL))) return;
  const frame = document.querySelector("compare-images [data-zoom]");
  if (!frame || isDialogOpen()) return;
  event.preventDefault();
  if (!event.repeat) frame.click();
});
