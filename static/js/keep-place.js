/* Back leads to the same place of a long list. The browser's page cache does that by itself, when
   it kept the page; when it did not, the older pages are fetched again up to what was in sight. */

const KEY = `gempix-place:${location.pathname}${location.search}`;
const MOST_PAGES = 40;
const [navigation] = performance.getEntriesByType("navigation");

addEventListener("pagehide", () => {
  const things = [...document.querySelectorAll("[data-image], .batch")];
  const seen = things.find((thing) => thing.getBoundingClientRect().bottom > 0);
  if (!seen) return;
  try {
    const place = { id: seen.id, top: seen.getBoundingClientRect().top };
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

async function restore() {
  const place = navigation?.type === "back_forward" ? kept() : null;
  if (!place) return;
  history.scrollRestoration = "manual";
  for (let page = 0; page < MOST_PAGES && !document.getElementById(place.id); page += 1) {
    const older = document.querySelector(".older[hx-get]");
    if (!older) break;
    // The way to older ones may have been seen and be fetching already; htmx queues behind it.
    const context = { source: older, target: older, swap: "outerHTML" };
    await htmx.ajax("GET", older.getAttribute("hx-get"), context);
  }
  const found = document.getElementById(place.id);
  if (found) scrollBy({ top: found.getBoundingClientRect().top - place.top, behavior: "instant" });
  history.scrollRestoration = "auto";
}

restore().catch(() => {});
