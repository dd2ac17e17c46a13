/* <picture-stage>: arrows or j and k turn to the neighbours, whose pictures are loaded before.
   Turning replaces the page in the history, so that Back leads to where one came from. */

class PictureStage extends HTMLElement {
  connectedCallback() {
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[rel]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      location.replace(link.href);
    });
    const preload = () => this.querySelectorAll("[data-preload]").forEach((link) => this.load(link));
    if (document.readyState === "complete") preload();
    else addEventListener("load", preload, { once: true });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
  }

  load(link) {
    const picture = new Image();
    picture.sizes = this.querySelector("img").sizes;
    picture.srcset = link.dataset.preload;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest?.("input, textarea, select, [tabindex='0']")) return;
    const where = { ArrowLeft: "prev", k: "prev", ArrowRight: "next", j: "next" }[event.key];
    const link = where && this.querySelector(`a[rel=${where}]`);
    if (!link) return;
    event.preventDefault();
    location.replace(link.href);
  }
}

customElements.define("picture-stage", PictureStage);
