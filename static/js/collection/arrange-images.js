/* <arrange-images data-url>: the images of a collection are dragged, or moved by their arrow buttons
   and by Shift with the arrow keys, Home and End. Without this, the buttons are ordinary forms. */

import { isCommand } from "../lib/keys.js";
import { savedMoves } from "./saved-moves.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };
const ENDS = { Home: "first", End: "last" };
const DIRECTIONS = { first: "earlier", last: "later" };

class ArrangeImages extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.moves = savedMoves(this, this.list);
    for (const words of this.querySelectorAll("[data-scripts]")) words.hidden = false;
    Sortable.create(this.list, {
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
      draggable: "[data-image]",
      filter: "button",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      chosenClass: "is-chosen",
      ghostClass: "is-place",
      onStart: ({ item }) => this.moves.begin(item),
      onEnd: () => this.moves.save(),
    });
    new MutationObserver(() => this.markEnds()).observe(this.list, { childList: true });
    this.addEventListener("submit", (event) => this.submitted(event));
    this.addEventListener("keydown", (event) => this.keyed(event));
  }

  items() {
    return [...this.list.querySelectorAll("[data-image]")];
  }

  /* The images that can be moved no further, or null where another page follows. */
  ends() {
    const all = this.items();
    const isContinued = all[0]?.querySelector("[name=after]").value;
    const goesOn = this.list.querySelector(".older");
    return { earlier: isContinued ? null : all[0], later: goesOn ? null : all.at(-1) };
  }

  markEnds() {
    const ends = this.ends();
    for (const button of this.list.querySelectorAll("[name=step]")) {
      const end = ends[DIRECTIONS[button.value] ?? button.value];
      if (button.closest("[data-image]") === end) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  /* Return by how many places a button moves, or nothing where that leads to another page, which
     the ordinary form handles. */
  distance(item, step) {
    const { earlier, later } = this.ends();
    const all = this.items();
    const before = all.indexOf(item);
    const behind = all.length - 1 - before;
    const distances = {
      first: earlier && (-before || -1),
      earlier: (before || earlier) && -1,
      later: 1,
      last: later && (behind || 1),
    };
    return distances[step];
  }

  submitted(event) {
    const item = event.target.closest("[data-image]");
    const by = this.distance(item, event.submitter?.value);
    if (!by) return;
    event.preventDefault();
    this.move(item, by);
  }

  keyed(event) {
    const item = event.target.closest("[data-image]");
    const end = event.shiftKey && ENDS[event.key];
    const by = STEPS[event.key] ?? ROWS[event.key] * this.columns();
    if (!item || !(by || end) || isCommand(event)) return;
    event.preventDefault();
    if (end) return item.querySelector(`[value="${end}"]`).click();
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
    if (!all[at + by]) return this.announceEnd(item, by);
    this.moves.begin(item);
    // The others make room: an element that is moved itself would lose the focus.
    if (by < 0) item.after(...all.slice(at + by, at));
    else item.before(...all.slice(at + 1, at + by + 1));
    item.scrollIntoView({ block: "nearest" });
    this.moves.saveSoon();
  }

  announceEnd(item, by) {
    const { earlier, later } = this.ends();
    const text = by < 0 ? item === earlier && "first" : item === later && "last";
    document.getElementById("announcer").textContent = text ? this.dataset[text] : "";
  }
}

customElements.define("arrange-images", ArrangeImages);
