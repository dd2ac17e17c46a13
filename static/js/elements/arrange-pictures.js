/* <arrange-pictures data-url>: the pictures of a collection are dragged, or moved by their arrow
   buttons without a new page. Without this, the buttons are ordinary forms. */

class ArrangePictures extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Sortable.create(this.list, {
      animation: still ? 0 : 160,
      draggable: "[data-image]",
      filter: "button",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      ghostClass: "is-ghost",
      onStart: ({ item }) => (this.from = item.nextElementSibling),
      onEnd: ({ item }) => this.keep(item),
    });
    this.addEventListener("submit", (event) => this.step(event));
  }

  step(event) {
    const way = event.submitter?.value;
    if (way !== "earlier" && way !== "later") return;
    const item = event.target.closest("[data-image]");
    const other = way === "later" ? item.nextElementSibling : item.previousElementSibling;
    // The neighbour is on another page: an ordinary form knows it.
    if (!other?.dataset.image) return;
    event.preventDefault();
    this.from = item.nextElementSibling;
    if (way === "later") other.after(item);
    else other.before(item);
    event.submitter.focus();
    this.keep(item);
  }

  /* Keep where it stands now; where that cannot be kept, it goes back. */
  async keep(item) {
    const from = this.from;
    const next = item.nextElementSibling;
    if (next === from) return;
    const fields = new FormData(item.querySelector("form"));
    const previous = item.previousElementSibling;
    if (previous) fields.set("behind", previous.dataset.image);
    else fields.set("before", next.dataset.image);
    const headers = { "HX-Request": "true" };
    const answer = await fetch(this.dataset.url, { method: "POST", body: fields, headers }).catch(() => null);
    if (answer?.ok && !answer.redirected) return this.say(item);
    this.list.insertBefore(item, from);
    const text = document.body.dataset[answer ? "trouble" : "offline"];
    document.dispatchEvent(new CustomEvent("studio:say", { detail: text }));
  }

  say(item) {
    const place = [...this.list.children].indexOf(item) + 1;
    document.getElementById("announcer").textContent = this.dataset.said.replace("{n}", place);
  }
}

customElements.define("arrange-pictures", ArrangePictures);
