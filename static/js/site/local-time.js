/* <local-time datetime="ISO">: a moment in the reader's own time zone and language; recent ones
   say how long ago. */

/* The page's language in the reader's regional form: day before month, or the reverse. */
const page = document.documentElement.lang;
const language =
  navigator.languages.find((one) => one.split("-")[0] === page) ?? (page || undefined);
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(language, { timeStyle: "medium" });

class LocalTime extends HTMLElement {
  connectedCallback() {
    this.moment = new Date(this.getAttribute("datetime"));
    if (Number.isNaN(this.moment.getTime())) return;
    this.title = full.format(this.moment);
    this.write();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  write() {
    const style = this.dataset.style;
    const minutes = Math.round((this.moment - Date.now()) / 60000);
    if (style === "exact") this.textContent = exact.format(this.moment);
    else if (style === "full") this.textContent = full.format(this.moment);
    else if (minutes > -60) {
      this.textContent = minutes >= 0 ? ago.format(0, "second") : ago.format(minutes, "minute");
      this.timer = setTimeout(() => this.write(), 30000);
    } else this.textContent = this.dated();
  }

  dated() {
    const now = new Date();
    if (this.moment.toDateString() === now.toDateString()) return time.format(this.moment);
    if (this.moment.getFullYear() !== now.getFullYear()) return full.format(this.moment);
    return `${day.format(this.moment)}, ${time.format(this.moment)}`;
  }
}

customElements.define("local-time", LocalTime);
