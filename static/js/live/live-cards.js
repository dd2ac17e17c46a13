/* <live-cards data-url>: keeps the cards of the page up to date while any of them is live.

   One request asks for all of them; it names the versions that the page has, and 204 means nothing
   new. It asks less often when nothing changes or the page is hidden, and stops when everything has
   ended. */

import { emit } from "../lib/events.js";

const BRISK_MS = 700;
const SLOW_MS = 5000;
const HIDDEN_MS = 10000;
const BRISK_FOR_MS = 60000;
const MAX_SECTIONS = 60;

class LiveCards extends HTMLElement {
  connectedCallback() {
    this.errors = 0;
    this.changedAt = Date.now();
    this.wake = () => this.schedule(document.hidden ? undefined : BRISK_MS / 4);
    document.addEventListener("visibilitychange", this.wake);
    document.addEventListener("htmx:load", () => this.timer || this.busy || this.begin());
    this.schedule();
  }

  /* There is something on the page to wait for again. */
  begin() {
    this.changedAt = Date.now();
    this.wake();
  }

  /* "<batch>:<version>.<version>…" of every batch with a live card, "j<job>:<version>" of one. */
  have() {
    const live = [...document.querySelectorAll("[data-batch], [data-job]")].filter((section) =>
      section.querySelector("[data-live]"),
    );
    return live.slice(0, MAX_SECTIONS).map((section) => {
      const cards = [...section.querySelectorAll("[data-version]")];
      const versions = cards.map((card) => card.dataset.version).join(".");
      return `${section.dataset.batch ?? `j${section.dataset.job}`}:${versions}`;
    });
  }

  delay() {
    if (this.errors) return Math.min(30000, BRISK_MS * 2 ** this.errors);
    if (document.hidden) return HIDDEN_MS;
    const idle = Date.now() - this.changedAt - BRISK_FOR_MS;
    return Math.min(SLOW_MS, Math.max(BRISK_MS, BRISK_MS + idle / 15));
  }

  schedule(delay = this.delay()) {
    clearTimeout(this.timer);
    this.timer = this.have().length ? setTimeout(() => this.ask(), delay) : null;
    if (!this.timer) this.querySelector("[data-lost]").hidden = true;
  }

  async ask() {
    const have = this.have();
    this.timer = null;
    if (this.busy || !have.length) return;
    this.busy = true;
    const url = `${this.dataset.url}?have=${have.join(",")}`;
    let status = 0;
    const read = (event) => (status = event.detail.xhr.status);
    this.addEventListener("htmx:afterRequest", read, { once: true });
    await htmx.ajax("GET", url, { source: this, swap: "none" }).catch(() => {});
    this.busy = false;
    this.removeEventListener("htmx:afterRequest", read);
    this.answered(status);
  }

  answered(status) {
    const reached = status >= 200 && status < 400;
    this.errors = reached ? 0 : this.errors + 1;
    this.querySelector("[data-lost]").hidden = this.errors < 2;
    if (status === 200) {
      this.changedAt = Date.now();
      emit("jobs-changed", undefined, document.body);
    }
    this.schedule();
  }
}

customElements.define("live-cards", LiveCards);
