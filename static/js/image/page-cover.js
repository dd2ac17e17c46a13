/* A page that is covered by an image: out of reach, and it does not scroll. Its history entry loses
   htmx's mark for that time, or htmx would fetch the page again on the way back to it. The browser
   must not scroll then either: an entry that a link to itself opened again still has the position
   of the page before. */

// Toasts and dialogs stay within reach.
const OUTSIDE = "body > :not(image-overlay, dialog, [role=status], template, script, link)";

const { classList, style } = document.documentElement;
let before = null;

function setCovered(covered) {
  const scrollbar = innerWidth - document.documentElement.clientWidth;
  if (covered) style.setProperty("--scrollbar", `${scrollbar}px`);
  classList.toggle("is-covered", covered);
  for (const part of document.querySelectorAll(OUTSIDE)) part.inert = covered;
}

export function cover() {
  before = { state: history.state, scrolling: history.scrollRestoration, title: document.title };
  if (before.state?.htmx) history.replaceState(null, "");
  history.scrollRestoration = "manual";
  setCovered(true);
}

export function uncover() {
  setCovered(false);
  if (before.state?.htmx) history.replaceState(before.state, "");
  document.title = before.title;
}

/* Stay at this position, whatever the browser does next: it scrolls to where the page was left if
   Forward led to the image. */
export function holdScroll() {
  const top = scrollY;
  const settled = () => {
    history.scrollRestoration = before.scrolling;
    if (!classList.contains("is-covered")) scrollTo({ top, behavior: "instant" });
  };
  requestAnimationFrame(() => setTimeout(settled));
}
