/* Back leads to the same place of a long list, with the same pictures chosen, and so does the end of
   a comparison of them. The browser's page cache does that by itself, when it kept the page; when it
   did not, the older pages are fetched again up to what was in sight and chosen. */

const KEY = `gempix-place:${location.pathname}${location.search}`;
const MOST_PAGES = 40;
const [navigation] = performance.getEntriesByType("navigation");

const things = () => [...document.querySelectorAll("[data-image], .batch")];

/* Everything that matches is no choice of pictures. */
const chosen = () =>
  document.querySelector("picture-selection [data-all]:checked")
    ? []
    : [...document.querySelectorAll(".pick__box:checked")].map((box) => box.closest("[data-image]").id);

addEventListener("pagehide", () => {
  const all = things();
  const seen = all.find((thing) => thing.getBoundingClientRect().bottom > 0);
  if (!seen) return;
  try {
    const { top } = seen.getBoundingClientRect();
    const place = { id: seen.id, top, chosen: chosen(), count: all.length };
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // Storage is full or forbidden: Back leads to the top then.
  }
});

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function comesBack() {
  if (navigation?.type === "back_forward") return true;
  const from = URL.canParse(document.referrer) ? new URL(document.referrer) : null;
  const compared = from?.origin === location.origin && from.pathname === "/compare/";
  return navigation?.type === "navigate" && compared;
}

function choose(id) {
  const box = document.getElementById(id)?.querySelector(".pick__box");
  if (!box) return;
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

async function restore() {
  const place = comesBack() ? kept() : null;
  if (!place) return;
  history.scrollRestoration = "manual";
  const isMissing = (id) => !document.getElementById(id);
  // One that was chosen may be gone since.
  const missing = () =>
    isMissing(place.id) || (place.chosen.some(isMissing) && things().length < place.count);
  for (let page = 0; page < MOST_PAGES && missing(); page += 1) {
    const older = document.querySelector(".older[hx-get]");
    if (!older) break;
    // The way to older ones may have been seen and be fetching already; htmx queues behind it.
    const context = { source: older, target: older, swap: "outerHTML" };
    await htmx.ajax("GET", older.getAttribute("hx-get"), context);
  }
  place.chosen.forEach(choose);
  const found = document.getElementById(place.id);
  if (found) scrollBy({ top: found.getBoundingClientRect().top - place.top, behavior: "instant" });
  history.scrollRestoration = "auto";
}

restore().catch(() => {});
