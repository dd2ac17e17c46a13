/* <reference-slot>: one numbered place. Its value is an address, `upload:<id>/<name>`, `image:<id>`
   or empty; it shows the image, says what it is, and what is wrong with it. */

import { load, named, told } from "../compose/naming.js";

const WAIT_MS = 400;
class ReferenceSlot extends HTMLElement {
  connectedCallback() {
    this.texts = this.closest("fieldset").dataset;
    this.input = this.querySelector("[name=image_urls]");
    this.tile = this.querySelector(".slot__tile");
    this.editor = this.querySelector("[popover]");
    // A file goes up at once, and what stands for it is posted instead.
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
    // What is wrong with an image stays said until there is another one.
    if (named(value) !== named(this.input.value)) this.say("");
    this.input.value = named(value);
    this.input.removeAttribute("aria-invalid");
    this.show();
  }

  /* As the member's own doing: price, draft and the other slots follow. */
  put(value) {
    this.value = value;
    for (const name of ["input", "change"]) this.input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /* Whether it holds what would be refused; an image that merely could not be shown is sent. */
  get wrong() {
    return Boolean(this.value) && this.message.dataset.tone === "bad";
  }

  get message() {
    return this.querySelector("[data-message]");
  }

  say(text, tone = "") {
    this.message.textContent = text;
    this.message.dataset.tone = tone;
    this.dispatchEvent(new Event("studio:judged", { bubbles: true }));
  }

  show({ typing = false } = {}) {
    clearTimeout(this.timer);
    const value = named(this.value);
    const { kind, caption, title, preview, wrong, missing } = told(value, this.texts);
    this.dataset.kind = kind;
    Object.assign(this.querySelector("[data-caption]"), { textContent: caption, title });
    this.querySelector("[data-name]").textContent = kind === "upload" ? title : "";
    for (const one of this.querySelectorAll("[data-clear], [data-move]")) one.hidden = !value;
    this.tile.draggable = Boolean(value);
    // A host that is still being written may become another one.
    if (wrong && (!typing || /\/\/[^/]+\//.test(value))) this.say(wrong, "bad");
    this.image(preview, missing);
  }

  image(address, otherwise) {
    if (address === this.shown) return;
    this.shown = address;
    this.tile.querySelector("img")?.remove();
    const still = (then) => (image) => this.shown === address && then(image);
    // What the studio has refused stays said.
    const failed = () => this.wrong || this.say(...otherwise);
    load(address, still((image) => this.tile.prepend(image)), still(failed));
  }
}

customElements.define("reference-slot", ReferenceSlot);
