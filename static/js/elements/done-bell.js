/* <done-bell>: a switch for notices of finished work. It asks for the browser's permission when it
   is pressed, and never else; the choice belongs to this browser. */

const KEY = "gempix-bell";

class DoneBell extends HTMLElement {
  connectedCallback() {
    // Browsers give notices to secure pages alone (https, or this machine).
    if (!("Notification" in window) || !isSecureContext) return;
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.press());
    this.moved = () => this.show();
    this.done = (event) => this.tell(event.detail);
    document.addEventListener("studio:bell", this.moved);
    document.addEventListener("studio:done", this.done);
    this.show();
  }

  disconnectedCallback() {
    document.removeEventListener("studio:bell", this.moved);
    document.removeEventListener("studio:done", this.done);
  }

  get on() {
    return Notification.permission === "granted" && localStorage.getItem(KEY) === "on";
  }

  show() {
    this.button.setAttribute("aria-checked", String(this.on));
  }

  async press() {
    const wanted = !this.on;
    if (wanted) await Notification.requestPermission();
    if (wanted && Notification.permission === "denied") {
      document.dispatchEvent(new CustomEvent("studio:say", { detail: this.dataset.blocked }));
    }
    localStorage.setItem(KEY, wanted ? "on" : "off");
    document.dispatchEvent(new CustomEvent("studio:bell"));
  }

  /* Who looks at the page sees it there. */
  async tell({ done, all }) {
    if (!this.on || (!document.hidden && document.hasFocus())) return;
    const body = this.dataset.text.replace("{done}", done).replace("{all}", all);
    const notice = { body, tag: "gempix-done", icon: "/favicon.ico" };
    // Phones show them only by way of the worker.
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker?.active) await worker.showNotification(this.dataset.title, notice);
    else new Notification(this.dataset.title, notice).onclick = () => focus();
  }
}

customElements.define("done-bell", DoneBell);
