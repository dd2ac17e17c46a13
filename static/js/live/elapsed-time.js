/* <elapsed-time since="ISO">: the time since then, updated every second. Once it is well above the
   usual time, the card says so. */

const WELL_ABOVE = 1.5;

function format(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

class ElapsedTime extends HTMLElement {
  connectedCallback() {
    this.since = Date.parse(this.getAttribute("since"));
    if (Number.isNaN(this.since)) return;
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    // The clocks of server and browser may differ a little: never below zero.
    const seconds = Math.max(0, Math.floor((Date.now() - this.since) / 1000));
    this.textContent = format(seconds);
    const usual = this.closest(".card")?.querySelector("[data-usual]");
    const isLate = usual && seconds > usual.dataset.usual * WELL_ABOVE;
    if (isLate) usual.textContent = usual.dataset.late;
  }
}

customElements.define("elapsed-time", ElapsedTime);
