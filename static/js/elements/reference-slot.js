/* <reference-slot>: shows the picture whose address is typed into it, or says that none came. */

const WAIT_MS = 400;

class ReferenceSlot extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.clear = this.querySelector("[data-clear]");
    this.message = this.querySelector("[aria-live]");
    this.input.addEventListener("input", () => {
      this.say("");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), WAIT_MS);
    });
    this.input.addEventListener("change", () => this.show());
    this.clear.addEventListener("click", () => {
      this.input.value = "";
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      this.show();
      this.input.focus();
    });
    this.show();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  say(text, tone = "") {
    this.message.textContent = text;
    this.message.dataset.tone = tone;
  }

  show() {
    clearTimeout(this.timer);
    const address = this.input.value.trim();
    this.clear.hidden = !address;
    if (address === this.shown) return;
    this.shown = address;
    this.querySelector(".slot__frame img")?.remove();
    if (!/^https?:\/\/./i.test(address)) return;
    const picture = new Image();
    picture.referrerPolicy = "no-referrer";
    picture.alt = "";
    const current = () => this.shown === address && this.isConnected;
    picture.addEventListener("load", () => {
      if (!current()) return;
      this.querySelector(".slot__frame").append(picture);
    });
    picture.addEventListener("error", () => {
      if (current()) this.say(this.dataset.broken, "bad");
    });
    picture.src = address;
  }
}

customElements.define("reference-slot", ReferenceSlot);
