/* <copy-button data-from="id" or data-page or data-text>: copies that element's text, the page's
   URL, or the given text. The button inside is hidden until then, because it cannot work without
   a script. */

const DONE_MS = 2000;

class CopyButton extends HTMLElement {
  connectedCallback() {
    // Browsers give the clipboard to secure pages alone (https, or this machine).
    if (!navigator.clipboard) return;
    const button = this.querySelector("button");
    const label = button.querySelector("span");
    const usual = label.textContent;
    label.setAttribute("aria-live", "polite");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.text());
      label.textContent = this.dataset.done;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (label.textContent = usual), DONE_MS);
    });
  }

  text() {
    if ("page" in this.dataset) return location.href;
    if (this.dataset.text) return this.dataset.text;
    return document.getElementById(this.dataset.from).textContent;
  }
}

customElements.define("copy-button", CopyButton);
