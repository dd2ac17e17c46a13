/* <reference-slot>: one numbered slot. Its value is a URL, `upload:<id>/<name>`, `image:<id>` or
   empty; it shows the image, its name, and what is wrong with it. */

import { emit } from "../lib/events.js";
import { describe, loadImage, normalized } from "./slot-url.js";

const WAIT_MS = 400;

class ReferenceSlot extends HTMLElement {
  connectedCallback() {
    this.texts = this.closest("fieldset")?.dataset;
    if (!this.texts) return; // a copy that follows the pointer
    this.input = this.querySelector("[name=image_urls]");
    this.tile = this.querySelector(".slot__tile");
    this.editor = this.querySelector("[popover]");
    // A file is uploaded at once, and its identifier is posted instead.
    this.querySelector("[type=file]").removeAttribute("name");
    this.input.addEventListener("input", () => {
      this.say("");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show({ typing: true }), WAIT_MS);
    });
    this.input.addEventListener("change", () => (this.value = this.input.value));
    this.input.addEventListener("keydown", (e) => e.key === "Enter" && this.editor.hidePopover());
    this.querySelector("[data-clear]").addEventListener("click", () => {
      this.editor.hidePopover();
      this.put("");
    });
    this.show();
  }

  get value() {
    return this.input.value.trim();
  }

  set value(value) {
    // A message stays until there is another image.
    if (normalized(value) !== normalized(this.input.value)) this.say("");
    this.input.value = normalized(value);
    this.input.removeAttribute("aria-invalid");
    this.show();
  }

  /* Set it as if the member had typed it: price, draft and the other slots follow. */
  put(value) {
    this.value = value;
    for (const name of ["input", "change"])
      this.input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /* Whether it would be refused; an image that merely could not be shown is sent. */
  get wrong() {
    return Boolean(this.value) && this.message.dataset.tone === "bad";
  }

  get message() {
    return this.querySelector("[data-message]");
  }

  say(text, tone = "") {
    this.message.textContent = text;
    this.message.dataset.tone = tone;
    emit("slot-checked", undefined, this);
  }

  show({ typing = false } = {}) {
    clearTimeout(this.timer);
    const value = normalized(this.value);
    const { kind, caption, title, preview, wrong, missing } = describe(value, this.texts);
    this.dataset.kind = kind;
    Object.assign(this.querySelector("[data-caption]"), { textContent: caption, title });
    this.querySelector("[data-name]").textContent = kind === "upload" ? title : "";
    for (const one of this.querySelectorAll("[data-clear], [data-move]")) one.hidden = !value;
    // A host name that is still being typed may become another one.
    if (wrong && (!typing || /\/\/[^/]+\//.test(value))) this.say(wrong, "bad");
    this.image(preview, missing);
  }

  image(url, missing) {
    if (url === this.shown) return;
    this.shown = url;
    this.tile.querySelector("img")?.remove();
    const ifCurrent = (action) => (image) => this.shown === url && action(image);
    // A message of the studio stays.
    const failed = () => this.wrong || this.say(...missing);
    const loaded = (image) => this.tile.prepend(image);
    loadImage(url, ifCurrent(loaded), ifCurrent(failed));
  }
}

customElements.define("reference-slot", ReferenceSlot);
