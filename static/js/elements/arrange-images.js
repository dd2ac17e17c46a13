/* <arrange-images data-url>: the images of a collection are dragged, or moved by their arrow
   buttons and by Shift with the arrow keys, Home and End. Without this, the buttons are ordinary
   forms. */

import { ends, tellEnds, way } from "../arrange/ends.js";
import { keeping } from "../arrange/keeping.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };
const FAR = { Home: "first", End: "last" };

class ArrangeImages extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.kept = keeping(this, this.list);
    this.querySelectorAll("[data-scripts]").forEach((words) => (words.hidden = false));
    Sortable.create(this.list, {
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
      draggable: "[data-image]",
      filter: "button",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      chosenClass: "is-chosen",
      ghostClass: "is-place",
      onStart: ({ item }) => this.kept.hold(item),
      onEnd: () => this.kept.keep(),
    });
    new MutationObserver(() => tellEnds(this.list)).observe(this.list, { childList: true });
    this.addEventListener("submit", (event) => this.pressed(event));
    this.addEventListener("keydown", (event) => this.keyed(event));
  }

  items() {
    return [...this.list.querySelectorAll("[data-image]")];
  }

  pressed(event) {
    const item = event.target.closest("[data-image]");
    const by = way(this.list, item, event.submitter?.value);
    if (!by) return;
    event.preventDefault();
    this.move(item, by);
  }

  keyed(event) {
    const item = event.target.closest("[data-image]");
    const far = event.shiftKey && FAR[event.key];
    const by = STEPS[event.key] ?? ROWS[event.key] * this.columns();
    if (!item || !(by || far) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (far) return item.querySelector(`[value="${far}"]`).click();
    if (event.shiftKey) return this.move(item, by);
    const all = this.items();
    const same = [...item.querySelectorAll("button")].indexOf(event.target);
    all[all.indexOf(item) + by]?.querySelectorAll("button")[same].focus();
  }

  columns() {
    const all = this.items();
    return all.filter((item) => item.offsetTop === all[0].offsetTop).length;
  }

  move(item, by) {
    const all = this.items();
    const at = all.indexOf(item);
    if (!all[at + by]) {
      const { earlier, later } = ends(this.list);
      const said = by < 0 ? item === earlier && "first" : item === later && "last";
      document.getElementById("announcer").textContent = said ? this.dataset[said] : "";
      return;
    }
    this.kept.hold(item);
    // The others make room: what is moved itself would lose the focus.
    if (by < 0) item.after(...all.slice(at + by, at));
    else item.before(...all.slice(at + 1, at + by + 1));
    item.scrollIntoView({ block: "nearest" });
    this.kept.soon();
  }
}

customElements.define("arrange-images", ArrangeImages);
