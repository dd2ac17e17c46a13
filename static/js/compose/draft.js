/* The draft: kept on the server a moment after a change, for a reload and for another device. A
   copy stays in this browser until the server has it. What the server has judged wins over both. */

import { asFields, box, fill, read } from "./content.js";
import { displaced, forget, forgetDisplaced, keep, keepDisplaced, kept } from "./kept.js";

const WAIT_MS = 800;
let timer = null;
let saving = false;

/* One at a time, so that none overtakes another. */
async function save(keepalive = false) {
  clearTimeout(timer);
  timer = null;
  if (saving && !keepalive) return touched();
  saving = true;
  const content = read();
  const headers = { "X-CSRFToken": box().elements.csrfmiddlewaretoken.value };
  const options = { method: "POST", headers, body: asFields(content), keepalive };
  const answer = await fetch(box().dataset.draftUrl, options).catch(() => null);
  saving = false;
  if (answer?.status === 204) forget(content);
}

function touched() {
  keep(read());
  clearTimeout(timer);
  timer = setTimeout(() => save(), WAIT_MS);
}

document.addEventListener("input", (event) => event.target.form === box() && touched());
document.addEventListener("studio:changed", touched);
addEventListener("pagehide", () => timer && save(true));

/* Filled from elsewhere: what stood here before is one press away. */
function offerUndo(before) {
  const note = box().querySelector("[data-filled-note]");
  note.hidden = false;
  note.querySelector("[data-undo]").onclick = (event) => {
    event.preventDefault();
    note.hidden = true;
    forgetDisplaced();
    fill(before, true);
    box().elements.prompt.focus();
  };
}

/* Also on a later visit, as long as nothing was sent since. */
function replaceWith(content, before) {
  keepDisplaced(before);
  offerUndo(before);
  fill(content);
  // Here one goes on.
  box().elements.prompt.focus();
}

document.addEventListener("studio:fill", (event) => replaceWith(event.detail, read()));
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (elt === box() && successful) forgetDisplaced();
});

function begin() {
  const { fields, before } = box().querySelector("[data-filled-note]").dataset;
  const mine = "bound" in box().dataset ? null : kept();
  if (mine) fill(mine);
  if (!fields) {
    const earlier = displaced();
    if (earlier) offerUndo(earlier);
    return;
  }
  replaceWith(JSON.parse(fields), mine ?? JSON.parse(before));
  // A reload is no second filling.
  history.replaceState(history.state, "", location.pathname);
}

begin();
