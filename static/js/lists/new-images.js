/* <new-images data-url>: fetches what is new, and keeps it behind a button: a grid does not move by
   itself. Images that the grid has already are dropped. The server lets the request wait until there
   is something new; when it has no room for that, the page asks from time to time instead. The same
   answer brings the page's notices when they have changed. */

import { emit } from "../lib/events.js";

const SOON_MS = 1000;
const FIRST_MS = 4000;
const LAST_MS = 30000;

class NewImages extends HTMLElement {
  connectedCallback() {
    this.delay = FIRST_MS;
    this.waiting = [];
    this.button = this.querySelector("[data-show]");
    this.button.addEventListener("click", () => {
      scrollTo({ top: 0 });
      this.show();
    });
    this.wake = () => {
      this.delay = FIRST_MS;
      this.schedule(250);
    };
    document.addEventListener("visibilitychange", this.wake);
    this.schedule();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.timer);
  }

  schedule(delay = this.delay) {
    clearTimeout(this.timer);
    if (this.isConnected && !document.hidden) this.timer = setTimeout(() => this.ask(), delay);
  }

  async ask() {
    if (this.busy) return;
    this.busy = true;
    const askedAt = Date.now();
    try {
      // The current URL, so that an expired session leads to the log-in and back here.
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
      const notices = document.getElementById("banners").dataset.notices;
      const url = `${this.dataset.url}&notices=${encodeURIComponent(notices)}&wait`;
      const response = await fetch(url, { headers });
      const redirect = response.headers.get("HX-Redirect");
      if (redirect) return location.assign(redirect);
      if (response.status === 200) this.add(await response.text());
      const hasWaited = response.ok && Date.now() - askedAt > SOON_MS;
      if (response.status === 200 || hasWaited) this.delay = SOON_MS;
      else this.delay = Math.min(LAST_MS, Math.max(FIRST_MS, this.delay * 1.25));
    } catch {
      this.delay = Math.min(LAST_MS, this.delay * 2);
    } finally {
      this.busy = false;
    }
    this.schedule();
  }

  add(html) {
    const response = new DOMParser().parseFromString(html, "text/html");
    this.dataset.url = response.querySelector("new-images").dataset.url;
    const known = new Set(this.waiting.map((tile) => tile.id));
    const tiles = [...response.querySelectorAll("[data-image]")].filter(
      (tile) => !known.has(tile.id) && !document.getElementById(tile.id),
    );
    const notices = response.getElementById("banners");
    if (notices) document.getElementById("banners").replaceWith(document.adoptNode(notices));
    this.waiting.unshift(...tiles.map((tile) => document.adoptNode(tile)));
    this.count();
  }

  show() {
    const tiles = this.waiting.splice(0);
    if (!tiles.length) return;
    tiles.forEach((tile) => tile.classList.add("is-new"));
    document.getElementById("gallery").prepend(...tiles);
    document.getElementById("gallery-empty").hidden = true;
    this.count();
    emit("images-added");
  }

  count() {
    this.button.hidden = !this.waiting.length;
    const text = this.dataset.text.replace("{n}", this.waiting.length);
    this.querySelector("[data-count]").textContent = text;
  }
}

customElements.define("new-images", NewImages);
