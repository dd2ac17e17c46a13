/* Details of an image, shown or not: beside it as one left it last, on a phone only when asked, as
   a sheet that Back and Escape close before the image. */

const KEPT = "gempix-details";
const root = document.documentElement;
const wide = matchMedia("(min-width: 64rem)");

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage is forbidden
  }
}

let back = null;

function show(open) {
  root.dataset.details = open ? "open" : "closed";
  back?.destroy();
  back = open && !wide.matches && window.CloseWatcher ? new CloseWatcher() : null;
  if (back) back.onclose = () => show(false);
  tell();
}

/* Gives whether there was a sheet to close. */
export function closeSheet() {
  const open = !wide.matches && root.dataset.details === "open";
  if (open) show(false);
  return open;
}

function tell() {
  const button = document.getElementById("image-details-button");
  button?.setAttribute("aria-expanded", root.dataset.details === "open");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-details]:not(html)")) return;
  show(root.dataset.details === "closed");
  document.getElementById("image-details-button").focus({ preventScroll: true });
  try {
    if (wide.matches) localStorage.setItem(KEPT, root.dataset.details);
  } catch {
    // It is forgotten then.
  }
});
/* The sheet of a phone is drawn down by its head. */
const DRAWN_PX = 60;
document.addEventListener("pointerdown", (event) => {
  const sheet = event.target.closest?.(".panel__who")?.closest(".panel");
  if (!sheet || wide.matches || event.target.closest("a, button")) return;
  const drawn = (next) => Math.max(0, next.clientY - event.clientY);
  const listen = new AbortController();
  const end = (next) => {
    listen.abort();
    sheet.style.translate = "";
    if (next.type === "pointerup" && drawn(next) > DRAWN_PX) show(false);
  };
  const { signal } = listen;
  addEventListener("pointermove", (next) => (sheet.style.translate = `0 ${drawn(next)}px`), { signal });
  addEventListener("pointerup", end, { signal });
  addEventListener("pointercancel", end, { signal });
});
addEventListener("popstate", closeSheet);
document.addEventListener("htmx:load", tell);
show(wide.matches && kept() !== "closed");
