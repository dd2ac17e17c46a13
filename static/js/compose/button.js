/* The compose box: its button tells count and price, or what is missing. */

const SCALE = 6;

/* Credits as whole millionths: no binary fractions in a price. */
function millionths(text) {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(SCALE, "0").slice(0, SCALE));
}

function written(amount) {
  const digits = amount.toString().padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "") || "0";
  return `${digits.slice(0, -SCALE)}.${fraction}`;
}

const box = () => document.getElementById("compose");
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function tell() {
  const form = box();
  const { prompt, model, count } = form.elements;
  const counter = form.querySelector("[data-counter]");
  const most = Number(counter.dataset.most);
  const used = [...prompt.value.replace(/\r\n/g, "\n")].length;
  const over = used > most;
  counter.hidden = used < most * 0.9;
  counter.toggleAttribute("data-over", over);
  counter.textContent = filled(counter.dataset.text, { used, most });

  const go = form.querySelector("[data-go]");
  const price = model.selectedOptions[0]?.dataset.price ?? "0";
  const credits = written(millionths(price) * BigInt(count.value || 1));
  const missing = over ? form.dataset.over : prompt.value.trim() ? "" : form.dataset.empty;
  go.textContent = missing || filled(form.dataset.label, { count: count.value, credits });
  go.setAttribute("aria-disabled", String(Boolean(missing)));

  const places = [...form.querySelectorAll("[name=image_urls]")];
  const given = places.filter((place) => place.value.trim()).length;
  form.querySelector("[data-filled]").textContent = given ? `${given} / ${places.length}` : "";
}

function set() {
  // The server judges, in words; and a field in a closed part could not show the browser's.
  box().noValidate = true;
  const hint = box().querySelector("[data-hint]");
  hint.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    hint.querySelector("[data-modifier]").textContent = "⌘";
  }
  tell();
}

document.addEventListener("input", (event) => {
  if (event.target.form !== box()) return;
  event.target.removeAttribute("aria-invalid");
  tell();
});

document.addEventListener("htmx:load", (event) => event.detail.elt.id === "compose" && set());
document.addEventListener("studio:draft", tell);
set();
