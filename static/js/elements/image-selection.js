/* <image-selection data-place>: choosing images of the grid within it, and the bar that acts on
   them. The checkboxes are the selection: they belong to the bar's form, which works without this. */

import { gestures } from "../selection/gestures.js";
import { keys } from "../selection/keys.js";
import { follow } from "../selection/changes.js";
import { ordinaryForms } from "../selection/ordinary-forms.js";

const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

class ImageSelection extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("#bulk");
    this.all = this.form.querySelector("[data-all]");
    this.addEventListener("change", (event) => this.changed(event.target));
    this.form.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.form.addEventListener("htmx:configRequest", (event) => this.name(event.detail.parameters));
    ordinaryForms(this);
    gestures(this);
    keys(this);
    follow(this);
    this.show();
  }

  get boxes() {
    return [...this.querySelectorAll(".frame:not([hidden]) .pick__box")];
  }

  get chosen() {
    return this.boxes.filter((box) => box.checked);
  }

  /* Choose some or not; one image taken away means that no longer all are chosen. */
  choose(boxes, checked = true) {
    for (const box of boxes) box.checked = checked;
    if (!checked) this.all.checked = false;
    this.show();
  }

  clear() {
    this.all.checked = false;
    this.choose(this.boxes, false);
    for (const menu of this.querySelectorAll(":popover-open")) menu.hidePopover();
  }

  changed(input) {
    if (input === this.all) this.choose(this.boxes, input.checked);
    else if (input.matches(".pick__box")) this.choose([], input.checked);
  }

  show() {
    const count = this.chosen.length;
    const begun = count > 0 || this.all.checked;
    if (begun && !this.classList.contains("is-on")) this.dispatchEvent(new Event("selection-begun"));
    this.classList.toggle("is-on", begun);
    const output = this.form.querySelector("[data-count]");
    const every = this.form.querySelector("[data-total]")?.dataset.total;
    const shown = this.all.checked ? every ?? count : count;
    output.textContent = output.dataset.one.replace("{n}", number.format(shown));
    for (const button of this.form.querySelectorAll("[data-most]")) {
      const { least, most, reason } = button.dataset;
      const fits = !this.all.checked && count >= least && count <= most;
      // Not disabled: a press on it tells the reason.
      button.ariaDisabled = fits ? null : "true";
      button.title = fits ? "" : reason;
    }
  }

  /* One field with all ids: forms may have a thousand fields and no more. */
  name(fields) {
    delete fields.image;
    if (!this.all.checked) fields.image = this.chosen.map((box) => box.value).join(",");
  }
}

customElements.define("image-selection", ImageSelection);
