/* <new-images data-url>: fetches what has arrived since, and lets it wait behind a pill: a grid
   does not move by itself. Images that stand there already are dropped. */

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
    try {
      // Where we are, so that an ended session leads to the log-in and back here.
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
      const answer = await fetch(this.dataset.url, { headers });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) return location.assign(elsewhere);
      if (answer.status === 200) this.take(await answer.text());
      this.delay = answer.status === 200 ? FIRST_MS : Math.min(LAST_MS, this.delay * 1.25);
    } catch {
      this.delay = Math.min(LAST_MS, this.delay * 2);
    } finally {
      this.busy = false;
    }
    this.schedule();
  }

  take(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    this.dataset.url = answer.querySelector("new-images").dataset.url;
    const known = new Set(this.waiting.map((tile) => tile.id));
    const tiles = [...answer.querySelectorAll("[data-image]")].filter(
      (tile) => !known.has(tile.id) && !document.getElementById(tile.id),
    );
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
    document.dispatchEvent(new Event("images-arrived"));
  }

  count() {
    this.button.hidden = !this.waiting.length;
    const text = this.dataset.text.replace("{n}", this.waiting.length);
    this.querySelector("[data-count]").textContent = text;
  }
}

customElements.define("new-images", NewImages);
