/* <live-cards data-url>: keeps the cards of the page up to date while any of them is live.

   One request asks for all of them; it names the versions that the page has, and 204 means nothing
   new. The server lets it wait until there is something new. When it has no room for that, or the
   page is hidden, the page asks from time to time instead; it stops when everything has ended. */

import { emit } from "../lib/events.js";

const BRISK_MS = 700;
const WAITED_MS = 1000;
const AT_ONCE_MS = 30;
const SLOW_MS = 5000;
const HIDDEN_MS = 10000;
const BRISK_FOR_MS = 60000;
const MAX_SECTIONS = 60;

class LiveCards extends HTMLElement {
  connectedCallback() {
    this.errors = 0;
    this.changedAt = Date.now();
    document.addEventListener("visibilitychange", () => this.begin());
    document.addEventListener("htmx:load", () => this.follow());
    this.schedule();
  }

  begin() {
    this.request?.abort();
    this.request = null;
    this.changedAt = Date.now();
    this.schedule(document.hidden ? undefined : 0);
  }

  /* The page shows something else than it did: wait for that. */
  follow() {
    if (this.request ? this.have().join() !== this.asked : !this.timer) this.begin();
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
    if (this.hasWaited) return AT_ONCE_MS;
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
    if (!have.length) return;
    this.asked = have.join();
    const askedAt = Date.now();
    const request = new AbortController();
    this.request = request;
    const { status, text } = await this.read(request.signal);
    if (this.request !== request) return;
    this.request = null;
    this.hasWaited = status === 200 || Date.now() - askedAt > WAITED_MS;
    // Not by htmx.ajax, which reports every request that is ended early as an error.
    if (status === 200) htmx.swap(this, text, { swapStyle: "none" });
    this.answered(status);
  }

  async read(signal) {
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    const wait = document.hidden ? "" : "&wait";
    try {
      const notices = encodeURIComponent(document.getElementById("banners").dataset.notices);
      const url = `${this.dataset.url}?have=${this.asked}&notices=${notices}${wait}`;
      const answer = await fetch(url, { headers, signal });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) location.href = elsewhere;
      return { status: answer.status, text: await answer.text() };
    } catch {
      return { status: 0 };
    }
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
