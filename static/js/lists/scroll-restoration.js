/* Back leads to the same position in a long list, with the same images selected; so do a reload and
   the end of a comparison. If the browser's page cache did not do that, the pages in between are
   loaded again, up to what was in view and selected. */

import { on } from "../lib/events.js";
import { session } from "../lib/storage.js";
import { isMissing, items, loadWhile } from "./items.js";

const KEY = `position:${location.pathname}${location.search}`;
const LAST_IMAGE = "last-image";
const [navigation] = performance.getEntriesByType("navigation");

const boxOf = (id) => document.getElementById(id)?.querySelector(".pick__box");

/* "All that match" is no selection of images. */
function selectedIds() {
  if (document.querySelector("image-selection [data-all]:checked")) return [];
  return [...document.querySelectorAll("[data-image]:has(.pick__box:checked)")].map(({ id }) => id);
}

addEventListener("pagehide", () => {
  const all = items();
  const seen = all.find((item) => item.getBoundingClientRect().bottom > 0);
  if (!seen) return;
  session.write(KEY, {
    id: seen.id,
    top: seen.getBoundingClientRect().top,
    scrolled: scrollY > 0,
    selected: selectedIds(),
    count: all.length,
  });
});

function isReturn(position) {
  const { type } = navigation ?? {};
  // A reload at the top is meant to show what is new there.
  if (type === "reload") return position.scrolled || document.querySelector("load-newer");
  return type === "back_forward" || document.referrer.startsWith(`${location.origin}/compare/`);
}

/* Return how far to scroll, or undefined while the item or the page below it is missing. */
function distanceTo(position) {
  if (isMissing(position.id)) return undefined;
  const distance = document.getElementById(position.id).getBoundingClientRect().top - position.top;
  const { scrollHeight } = document.documentElement;
  return scrollY + distance <= scrollHeight - innerHeight ? distance : undefined;
}

async function restore() {
  const position = session.read(KEY);
  if (!position || !isReturn(position)) return;
  // For good: the browser would scroll later, to where the page was that was shown meanwhile.
  history.scrollRestoration = "manual";
  // A selected image may be gone since.
  const isIncomplete = () =>
    distanceTo(position) === undefined ||
    (position.selected.some(isMissing) && items().length < position.count);
  await loadWhile(isIncomplete, position.id);
  for (const box of position.selected.map(boxOf).filter(Boolean)) {
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const item = document.getElementById(position.id);
  if (!item) return;
  scrollBy({ top: item.getBoundingClientRect().top - position.top, behavior: "instant" });
}

/* Focus the tile of the image that Back left (back-link.js), or that the URL's fragment names. */
function focusTile(isBack) {
  const last = session.read(LAST_IMAGE) ?? "";
  session.remove(LAST_IMAGE);
  const id = isBack ? last : location.hash.slice(1);
  if (id.startsWith("image-")) {
    document.getElementById(id)?.querySelector("a")?.focus({ preventScroll: true });
  }
}

// A page that cannot be loaded leaves the list at the top. After Back from a page that was reloaded
// over this one, the browser reports a "reload".
restore()
  .then(() => focusTile(navigation?.type !== "navigate"))
  .catch(() => {});
addEventListener("pageshow", ({ persisted }) => persisted && focusTile(true));

/* Load an image of this list, wherever it stands in it. */
on("item-requested", ({ detail: { id, loaded } }) => {
  loadWhile(() => isMissing(id), id)
    .then(loaded)
    .catch(() => {});
});
