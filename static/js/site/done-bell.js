/* <done-bell>: a switch for notifications of finished work. It asks for the browser's permission
   only when it is pressed; the choice belongs to this browser. */

import { emit, off, on, showMessage } from "../lib/events.js";
import { local } from "../lib/storage.js";

const KEY = "bell";

class DoneBell extends HTMLElement {
  connectedCallback() {
    // Browsers give notifications to secure pages alone (https, or this machine).
    if (!("Notification" in window) || !isSecureContext) return;
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.press());
    this.changed = () => this.show();
    this.finished = (event) => this.notify(event.detail);
    on("notifications-switched", this.changed);
    on("jobs-finished", this.finished);
    this.show();
  }

  disconnectedCallback() {
    off("notifications-switched", this.changed);
    off("jobs-finished", this.finished);
  }

  get on() {
    return Notification.permission === "granted" && local.read(KEY) === "on";
  }

  show() {
    this.button.setAttribute("aria-checked", String(this.on));
  }

  async press() {
    const wanted = !this.on;
    if (wanted) await Notification.requestPermission();
    if (wanted && Notification.permission === "denied") {
      showMessage(this.dataset.blocked);
    }
    local.write(KEY, wanted ? "on" : "off");
    emit("notifications-switched");
  }

  /* Nobody who looks at the page needs a notification. */
  async notify({ done, all }) {
    if (!this.on || (!document.hidden && document.hasFocus())) return;
    const body = this.dataset.text.replace("{done}", done).replace("{all}", all);
    const options = { body, tag: "gempix-done", icon: "/favicon.ico" };
    // Phones show them only by way of the worker.
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker?.active) await worker.showNotification(this.dataset.title, options);
    else new Notification(this.dataset.title, options).addEventListener("click", () => focus());
  }
}

customElements.define("done-bell", DoneBell);
