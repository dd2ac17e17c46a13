/* A search or a filter brings its page anew: the keys go on from where it was asked for. */

const KEY = "gempix-focus";
// A colleague's gallery or history is the same page with a longer address.
const PAGE = location.pathname.split("/")[1];

function place(thing) {
  // By mouse nothing is kept: its page would show a focus that nobody asked for.
  if (!thing?.matches(":focus-visible") || !thing.closest("#filters, .search")) return null;
  const pair = thing.closest(".chip-pair")?.querySelector("[popovertarget]");
  return pair?.getAttribute("popovertarget") ?? (thing.closest(".choice") ?? thing).id;
}

addEventListener("pagehide", () => {
  try {
    const id = place(document.activeElement);
    if (id) sessionStorage.setItem(KEY, JSON.stringify([PAGE, id]));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is full or forbidden: the keys begin at the top then.
  }
});

function resume() {
  const [page, id] = JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  if (page !== PAGE || !id) return;
  const chip = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
  const found = chip ?? document.getElementById(id);
  found?.focus({ preventScroll: true });
  if (found?.matches("input")) found.setSelectionRange(found.value.length, found.value.length);
}

try {
  resume();
} catch {
  // As above.
}
