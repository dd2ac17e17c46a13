/* A note that could not be saved, because the studio was not reached, the session had expired or
   somebody else saved first, stays in this tab together with the text it was based on. It is sent
   again when its writer next sees the image. */

import { session } from "../lib/storage.js";

const urlOf = (form) => form?.getAttribute("action");
const key = (form) => `note:${form.dataset.writer}:${urlOf(form)}`;
// Refused text stays in the field, if the image is still the one that is shown.
const isRefused = (form, { status }) =>
  status === 422 && urlOf(document.querySelector("form.note")) === urlOf(form);
const isSaved = (xhr) => xhr.status === 200 && !xhr.getResponseHeader("HX-Redirect");

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.matches?.("form.note") || isSaved(xhr) || isRefused(elt, xhr)) return;
  const { text, seen } = elt.elements;
  session.write(key(elt), { text: text.value, seen: seen.value });
});

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  const form = elt.querySelector?.("form.note");
  const note = form && session.read(key(form));
  if (!note) return;
  session.remove(key(form));
  form.elements.text.value = note.text;
  form.elements.seen.value = note.seen;
  form.requestSubmit();
});
