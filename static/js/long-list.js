/* A list of many pages: what of it is there, and fetching further pages toward something in it. */

const MOST_PAGES = 40;

export function things() {
  return [...document.querySelectorAll("[data-image], .batch")];
}

export function isMissing(id) {
  return !document.getElementById(id);
}

/* One page more; false when there is none. Identifiers grow with the time. */
async function fetchToward(id) {
  const isAbove = id > (things()[0]?.id ?? "~");
  const newer = isAbove && document.querySelector("newer-ones");
  if (newer) return newer.load().then(() => true);
  const older = document.querySelector(".older[hx-get]");
  if (!older) return false;
  // The way to older ones may have been seen and be fetching already; htmx queues behind it.
  const context = { source: older, target: older, swap: "outerHTML" };
  return htmx.ajax("GET", older.getAttribute("hx-get"), context).then(() => true);
}

/* Page after page toward this one, as long as something is missing, and within bounds. */
export async function fetchWhile(missing, id) {
  for (let page = 0; page < MOST_PAGES && missing(); page += 1) {
    if (!(await fetchToward(id))) break;
  }
}
