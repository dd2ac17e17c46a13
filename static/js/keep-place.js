/* Back leads to the same place of a long list, with the same images chosen; so do a reload and the
   end of a comparison. The browser's page cache does that by itself, when it kept the page; when it
   did not, the pages around are fetched again up to what was in sight and chosen. */

import { fetchWhile, isMissing, things } from "./long-list.js";

const KEY = `gempix-place:${location.pathname}${location.search}`;
const LEFT = "gempix-left";
const [navigation] = performance.getEntriesByType("navigation");

const boxOf = (id) => document.getElementById(id)?.querySelector(".pick__box");

/* Everything that matches is no choice of images. */
function chosen() {
  if (document.querySelector("image-selection [data-all]:checked")) return [];
  return [...document.querySelectorAll("[data-image]:has(.pick__box:checked)")].map(({ id }) => id);
}

addEventListener("pagehide", () => {
  const all = things();
  const seen = all.find((thing) => thing.getBoundingClientRect().bottom > 0);
  if (!seen) return;
  const place = { id: seen.id, top: seen.getBoundingClientRect().top, scrolled: scrollY > 0 };
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...place, chosen: chosen(), count: all.length }));
  } catch {
    // Storage is full or forbidden: Back leads to the top then.
  }
});

function comesBack(place) {
  const { type } = navigation ?? {};
  // Who reloads at the top wants to see what is new there.
  if (type === "reload") return place.scrolled || document.querySelector("newer-ones");
  return type === "back_forward" || document.referrer.startsWith(`${location.origin}/compare/`);
}

/* How far to scroll; undefined as long as the place is not there, or too little below it. */
function distance(place) {
  if (isMissing(place.id)) return undefined;
  const way = document.getElementById(place.id).getBoundingClientRect().top - place.top;
  const { scrollHeight } = document.documentElement;
  return scrollY + way <= scrollHeight - innerHeight ? way : undefined;
}

async function restore() {
  const place = JSON.parse(sessionStorage.getItem(KEY));
  if (!place || !comesBack(place)) return;
  // For good: the browser would come later, with where the page stood that was shown meanwhile.
  history.scrollRestoration = "manual";
  // One that was chosen may be gone since.
  const missing = () =>
    distance(place) === undefined || (place.chosen.some(isMissing) && things().length < place.count);
  await fetchWhile(missing, place.id);
  for (const box of place.chosen.map(boxOf).filter(Boolean)) {
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const found = document.getElementById(place.id);
  if (found) scrollBy({ top: found.getBoundingClientRect().top - place.top, behavior: "instant" });
}

/* To the tile of the image that was left by Back (way-back.js), or that a link here names. */
function goToLeft(isBack) {
  const left = sessionStorage.getItem(LEFT) ?? "";
  sessionStorage.removeItem(LEFT);
  const id = isBack ? left : location.hash.slice(1);
  if (id.startsWith("image-")) {
    document.getElementById(id)?.querySelector("a")?.focus({ preventScroll: true });
  }
}

// Storage that is forbidden, or a page that does not come, leaves one at the top.
// Back from a page that was reloaded over this one is a "reload" for the browser.
restore().then(() => goToLeft(navigation?.type !== "navigate")).catch(() => {});
addEventListener("pageshow", ({ persisted }) => persisted && goToLeft(true));

/* Some image of this list, wherever it stands in it. */
document.addEventListener("place:wanted", ({ detail: { id, found } }) => {
  fetchWhile(() => isMissing(id), id).then(found).catch(() => {});
});
