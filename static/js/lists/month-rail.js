/* <month-rail>: marks the month of the images in view, and scrolls to it. */

class MonthRail extends HTMLElement {
  connectedCallback() {
    this.months = new Map(
      [...this.querySelectorAll("[data-month]")].map((a) => [a.dataset.month, a]),
    );
    this.wake = () => {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.follow();
      });
    };
    addEventListener("scroll", this.wake, { passive: true });
  }

  disconnectedCallback() {
    removeEventListener("scroll", this.wake);
  }

  follow() {
    const grid = document.getElementById("gallery").getBoundingClientRect();
    const seen = document.elementsFromPoint(grid.left + 8, innerHeight / 3);
    const month = seen.find((thing) => thing.matches("[data-image]"))?.dataset.month;
    const link = this.months.get(month);
    if (!link || link.ariaCurrent) return;
    this.querySelector("[aria-current]")?.removeAttribute("aria-current");
    link.ariaCurrent = "true";
    const top = link.offsetTop - this.clientHeight / 2;
    this.scrollTo({ top });
  }
}

customElements.define("month-rail", MonthRail);
