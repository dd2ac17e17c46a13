/* <new-pictures data-url>: fetches what has arrived since. At the top of the page it appears at
   once, further down it waits behind a pill; pictures that stand there already are dropped. */

const FIRST_MS = 4000;
const LAST_MS = 30000;
const NEAR_TOP = 200;

class NewPictures extends HTMLElement {
  connectedCallback() {
    this.delay = FIRST_MS;
    this.waiting = [];
    this.button = this.querySelector("[data-show]");
    this.button.addEventListener("click", () => {
      scrollTo({ top: 0 });
      this.show();
    });
    document.addEventListener("visibilitychange", () => {
      this.delay = FIRST_MS;
      this.schedule(250);
    });
    addEventListener("scroll", () => scrollY < NEAR_TOP && this.show(), { passive: true });
    this.schedule();
  }

  schedule(delay = this.delay) {
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), delay);
  }

  async ask() {
    if (this.busy) return;
    this.busy = true;
    try {
      const answer = await fetch(this.dataset.url, { headers: { "HX-Request": "true" } });
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
    this.dataset.url = answer.querySelector("new-pictures").dataset.url;
    const known = new Set(this.waiting.map((tile) => tile.id));
    const tiles = [...answer.querySelectorAll("[data-image]")].filter(
      (tile) => !known.has(tile.id) && !document.getElementById(tile.id),
    );
    this.waiting.unshift(...tiles.map((tile) => document.adoptNode(tile)));
    if (scrollY < NEAR_TOP) this.show();
    this.count();
  }

  show() {
    const tiles = this.waiting.splice(0);
    if (!tiles.length) return;
    tiles.forEach((tile) => tile.classList.add("is-new"));
    document.getElementById("gallery").prepend(...tiles);
    document.getElementById("gallery-empty").hidden = true;
    this.count();
  }

  count() {
    this.button.hidden = !this.waiting.length;
    const text = this.dataset.text.replace("{n}", this.waiting.length);
    this.querySelector("[data-count]").textContent = text;
  }
}

customElements.define("new-pictures", NewPictures);
