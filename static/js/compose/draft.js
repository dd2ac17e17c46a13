/* The draft: saved on the server a moment after a change, for a reload and for another device. A copy
   stays in this browser until the server has it. What the server has judged wins over both. */

import { on } from "../lib/events.js";
import { asFields, box, fill, read } from "./content.js";
import {
  readDraft,
  readReplaced,
  removeDraft,
  removeReplaced,
  writeDraft,
  writeReplaced,
} from "./draft-storage.js";

const WAIT_MS = 800;
let timer = null;
let saving = false;

/* One request at a time, so that none overtakes another. */
async function save(keepalive = false) {
  clearTimeout(timer);
  timer = null;
  if (saving && !keepalive) return saveSoon();
  saving = true;
  const content = read();
  const headers = { "X-CSRFToken": box().elements.csrfmiddlewaretoken.value };
  const options = { method: "POST", headers, body: asFields(content), keepalive };
  const response = await fetch(box().dataset.draftUrl, options).catch(() => null);
  saving = false;
  if (response?.status === 204) removeDraft(content);
}

function saveSoon() {
  writeDraft(read());
  clearTimeout(timer);
  timer = setTimeout(() => save(), WAIT_MS);
}

document.addEventListener("input", (event) => event.target.form === box() && saveSoon());
on("compose-changed", saveSoon);
addEventListener("pagehide", () => timer && save(true));

let replaced = null;

function offerUndo(before) {
  replaced = before;
  box().querySelector("[data-filled-note]").hidden = false;
}

/* Undo of a prefill brings back the content before it. */
document.addEventListener("click", (event) => {
  const note = event.target.closest?.("[data-undo]")?.closest("[data-filled-note]");
  if (!note || !replaced) return;
  event.preventDefault();
  note.hidden = true;
  removeReplaced();
  fill(replaced, true);
  box().elements.prompt.focus();
});

/* Undo is offered on later visits too, until the next submit. */
function replaceWith(content, before) {
  writeReplaced(before);
  offerUndo(before);
  fill(content);
  box().elements.prompt.focus();
}

on("prefill-requested", (event) => replaceWith(event.detail, read()));
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (elt === box() && successful) removeReplaced();
});

function begin() {
  const { fields, before } = box().querySelector("[data-filled-note]").dataset;
  const draft = "bound" in box().dataset ? null : readDraft();
  if (draft) fill(draft);
  if (!fields) {
    const earlier = readReplaced();
    if (earlier) offerUndo(earlier);
    return;
  }
  replaceWith(JSON.parse(fields), draft ?? JSON.parse(before));
  // A reload must not prefill again.
  history.replaceState(history.state, "", location.pathname);
}

begin();
