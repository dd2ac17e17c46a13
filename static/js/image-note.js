/* A note that the studio did not take, since it was not reached, the log-in had ended or another was
   first when one went on, is kept in this tab with what its writer had before him, and sent again
   when the image is next shown to him. */

const action = (form) => form?.getAttribute("action");
const key = (form) => `gempix-note:${form.dataset.writer}:${action(form)}`;
// Refused words stand in the field, if the image is still the one that is shown.
const isRefused = (form, { status }) =>
  status === 422 && action(document.querySelector("form.note")) === action(form);
const isSaved = (xhr) => xhr.status === 200 && !xhr.getResponseHeader("HX-Redirect");

function tried(action) {
  try {
    return action();
  } catch {
    return null; // storage is full or forbidden
  }
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.matches?.("form.note") || isSaved(xhr) || isRefused(elt, xhr)) return;
  const { text, seen } = elt.elements;
  const kept = JSON.stringify({ text: text.value, seen: seen.value });
  tried(() => sessionStorage.setItem(key(elt), kept));
});

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  const form = elt.querySelector?.("form.note");
  const kept = form && tried(() => JSON.parse(sessionStorage.getItem(key(form))));
  if (!kept) return;
  tried(() => sessionStorage.removeItem(key(form)));
  form.elements.text.value = kept.text;
  form.elements.seen.value = kept.seen;
  form.requestSubmit();
});
