/* The draft of the compose box survives a reload, for each member by himself. What the server
   has judged wins over it. */

const NAMES = ["prompt", "model", "count"];
const box = () => document.getElementById("compose");

function read(form) {
  try {
    return JSON.parse(localStorage.getItem(form.dataset.draft));
  } catch {
    return null;
  }
}

function write() {
  const form = box();
  const draft = Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
  draft.references = [...form.querySelectorAll("[name=image_urls]")].map((place) => place.value);
  try {
    localStorage.setItem(form.dataset.draft, JSON.stringify(draft));
  } catch {
    // Storage is full or forbidden: the box works all the same.
  }
}

function restore() {
  const form = box();
  const draft = "bound" in form.dataset ? null : read(form);
  if (!draft) return;
  const { prompt, model, count } = form.elements;
  if (draft.prompt) prompt.value = draft.prompt;
  if ([...model.options].some((option) => option.value === draft.model)) model.value = draft.model;
  if (/^[1-8]$/.test(draft.count)) count.value = draft.count;
  const places = [...form.querySelectorAll("[name=image_urls]")];
  places.forEach((place, index) => {
    place.value = draft.references?.[index] ?? "";
    if (place.value) place.closest("details").open = true;
    place.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.dispatchEvent(new Event("studio:draft"));
}

document.addEventListener("input", (event) => {
  if (event.target.form === box()) write();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt === box()) write();
});
restore();
