/* A page while something lies over the whole of it: out of reach, and it does not move. Its entry in
   the history loses htmx's mark for so long, or htmx would fetch the page anew on the way back to it;
   and the browser must not scroll then: an entry that was opened anew by a link to itself still has
   the place of the page before. */

// What says and asks things stays within reach.
const OUTSIDE = "body > :not(image-overlay, dialog, [role=status], template, script, link)";

const { classList, style } = document.documentElement;
let before = null;

function setCovered(covered) {
  if (covered) style.setProperty("--scrollbar", `${innerWidth - document.documentElement.clientWidth}px`);
  classList.toggle("is-covered", covered);
  document.querySelectorAll(OUTSIDE).forEach((part) => (part.inert = covered));
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

/* Here one goes on, whatever the browser does by then: it leads to where the page was left, if
   Forward led to what lay over it. */
export function stay() {
  const top = scrollY;
  const settled = () => {
    history.scrollRestoration = before.scrolling;
    if (!classList.contains("is-covered")) scrollTo({ top, behavior: "instant" });
  };
  requestAnimationFrame(() => setTimeout(settled));
}
