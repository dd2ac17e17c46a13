/* Back leads to the same place of a long list, and so does a reload. The browser's page cache does
   that by itself, when it kept the page; when it did not, the pages around are fetched again up to
   what was in sight. */

const KEY = `gempix-place:${location.pathname}${location.search}`;
const MOST_PAGES = 40;
const THINGS = "[data-image], .batch";
const [navigation] = performance.getEntriesByType("navigation");

addEventListener("pagehide", () => {
  const things = [...document.querySelectorAll(THINGS)];
  const seen = things.find((thing) => thing.getBoundingClientRect().bottom > 0);
  if (!seen) return;
  try {
    const place = { id: seen.id, top: seen.getBoundingClientRect().top, scrolled: scrollY > 0 };
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

/* How far to scroll; undefined as long as the place is not there, or too little below it. */
function distance(place) {
  const found = document.getElementById(place.id);
  if (!found) return undefined;
  const way = found.getBoundingClientRect().top - place.top;
  const { scrollHeight } = document.documentElement;
  return scrollY + way <= scrollHeight - innerHeight ? way : undefined;
}

/* Identifiers grow with the time. */
function isAbove(place) {
  return place.id > (document.querySelector(THINGS)?.id ?? "~");
}

/* One page more, toward the place; false when there is none. */
async function fetchToward(place) {
  const newer = isAbove(place) && document.querySelector("newer-ones");
  if (newer) return newer.load().then(() => true);
  const older = document.querySelector(".older[hx-get]");
  if (!older) return false;
  // The way to older ones may have been seen and be fetching already; htmx queues behind it.
  const context = { source: older, target: older, swap: "outerHTML" };
  return htmx.ajax("GET", older.getAttribute("hx-get"), context).then(() => true);
}

async function restore() {
  const place = kept();
  const back = navigation?.type === "back_forward";
  // Who reloads at the top wants to see what is new there.
  const again = navigation?.type === "reload" && (place?.scrolled || document.querySelector("newer-ones"));
  if (!place || !(back || again)) return;
  // For good: the browser would come later, with where the page stood that was shown meanwhile.
  history.scrollRestoration = "manual";
  for (let page = 0; page < MOST_PAGES && distance(place) === undefined; page += 1) {
    if (!(await fetchToward(place))) break;
  }
  const found = document.getElementById(place.id);
  if (found) scrollBy({ top: found.getBoundingClientRect().top - place.top, behavior: "instant" });
}

restore().catch(() => {});
