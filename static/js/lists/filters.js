/* Text that is typed but not searched for yet goes along with the next filter, and the focus stays
   on the filter or the search when its page loads. */

import { session } from "../lib/storage.js";

const KEY = "filter-focus";
// Another member's gallery or history is the same page with a longer URL.
const PAGE = location.pathname.split("/")[1];

function typedText() {
  const search = document.getElementById("search");
  const text = search?.value.trim();
  return search && text !== search.defaultValue ? text : null;
}

/* The field's own clear button, or Enter in an emptied field, ends the search. */
document.addEventListener("search", ({ target }) => {
  if (target.id === "search" && !target.value && target.defaultValue) target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#filters a:not(.chip--clear)");
  const text = link && typedText();
  if (!link || text === null) return;
  const url = new URL(link.href);
  url.searchParams.set("q", text);
  link.href = url.href;
});

document.addEventListener("formdata", (event) => {
  if (!event.target.closest("#filters")) return;
  const text = typedText();
  if (text !== null) event.formData.set("q", text);
});

/* Return the id that stands for a focused control on the next page. */
function idOf(control) {
  // After a click the next page would show a focus ring that nobody expects.
  if (!control?.matches(":focus-visible") || !control.closest("#filters, .search")) return null;
  const pair = control.closest(".chip-pair")?.querySelector("[popovertarget]");
  return pair?.getAttribute("popovertarget") ?? (control.closest(".choice") ?? control).id;
}

addEventListener("pagehide", () => {
  const id = idOf(document.activeElement);
  if (id) session.write(KEY, [PAGE, id]);
  else session.remove(KEY);
});

const [page, id] = session.read(KEY) ?? [];
if (page === PAGE && id) {
  const chip = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
  const control = chip ?? document.getElementById(id);
  control?.focus({ preventScroll: true });
  if (control?.matches("input"))
    control.setSelectionRange(control.value.length, control.value.length);
}
