/* <image-selection data-place>: selecting images of the grid within it, and the bar that acts on
   them. The checkboxes are the selection: they belong to the bar's form, which works without this. */

import { emit, showMessage } from "../lib/events.js";
import { followChanges } from "./changes.js";
import { addGestures } from "./gestures.js";
import { addKeys } from "./keys.js";

const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

class ImageSelection extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("#bulk");
    this.all = this.form.querySelector("[data-all]");
    this.addEventListener("change", (event) => this.changed(event.target));
    this.form.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.form.addEventListener("htmx:configRequest", (event) => this.name(event.detail.parameters));
    for (const button of this.form.querySelectorAll("[data-ordinary]")) {
      button.addEventListener("click", (event) => this.submitPlainly(event));
    }
    addGestures(this);
    addKeys(this);
    followChanges(this);
    this.show();
  }

  get boxes() {
    return [...this.querySelectorAll(".frame:not([hidden]) .pick__box")];
  }

  get isOn() {
    return this.classList.contains("is-on");
  }

  get selected() {
    return this.boxes.filter((box) => box.checked);
  }

  /* Select some or not; without one of them, no longer all are selected. */
  select(boxes, checked = true) {
    for (const box of boxes) box.checked = checked;
    if (!checked) this.all.checked = false;
    this.show();
  }

  clear() {
    this.all.checked = false;
    this.select(this.boxes, false);
    for (const menu of this.querySelectorAll(":popover-open")) menu.hidePopover();
  }

  changed(input) {
    if (input === this.all) this.select(this.boxes, input.checked);
    else if (input.matches(".pick__box")) this.select([], input.checked);
  }

  show() {
    const count = this.selected.length;
    const started = count > 0 || this.all.checked;
    if (started && !this.isOn) emit("selection-started", undefined, this);
    this.classList.toggle("is-on", started);
    const output = this.form.querySelector("[data-count]");
    const total = this.form.querySelector("[data-total]")?.dataset.total;
    const shown = this.all.checked ? (total ?? count) : count;
    output.textContent = output.dataset.one.replace("{n}", number.format(shown));
    for (const button of this.form.querySelectorAll("[data-most]")) {
      const { least, most, reason } = button.dataset;
      const fits = !this.all.checked && count >= least && count <= most;
      // Not disabled: a click on it shows the reason.
      button.ariaDisabled = fits ? null : "true";
      button.title = fits ? "" : reason;
    }
  }

  /* One field with all ids: a form may have a thousand fields and no more. */
  name(fields) {
    delete fields.image;
    if (!this.all.checked) fields.image = this.selected.map((box) => box.value).join(",");
  }

  /* What answers with a file or with another page is sent as an ordinary form. */
  submitPlainly(event) {
    event.preventDefault();
    const { ariaDisabled, dataset, formAction } = event.currentTarget;
    if (ariaDisabled) return showMessage(dataset.reason);
    const fields = Object.fromEntries(new FormData(this.form));
    this.name(fields);
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: formAction });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }
}

customElements.define("image-selection", ImageSelection);
