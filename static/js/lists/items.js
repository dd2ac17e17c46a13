/* The items of a list of many pages: those that are loaded, and loading further pages toward one. */

const MAX_PAGES = 40;

export function items() {
  return [...document.querySelectorAll("[data-image], .batch")];
}

export function isMissing(id) {
  return !document.getElementById(id);
}

/* Load one page more; return false when there is none. Identifiers grow with time. */
async function loadToward(id) {
  const isAbove = id > (items()[0]?.id ?? "~");
  const newer = isAbove && document.querySelector("load-newer");
  if (newer) {
    await newer.load();
    return true;
  }
  const older = document.querySelector(".older[hx-get]");
  if (!older) return false;
  // The element may have been scrolled to, and be loading already; htmx queues behind it.
  const context = { source: older, target: older, swap: "outerHTML" };
  await htmx.ajax("GET", older.getAttribute("hx-get"), context);
  return true;
}

/* Load page after page toward this item, while something is missing, and within bounds. */
export async function loadWhile(isIncomplete, id) {
  for (let page = 0; page < MAX_PAGES && isIncomplete(); page += 1) {
    if (!(await loadToward(id))) break;
  }
}
