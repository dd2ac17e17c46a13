/* A page while something lies over the whole of it: out of reach, and it does not move. */

// What says and asks things stays within reach.
const OUTSIDE = "body > :not(picture-overlay, dialog, [role=status], template, script, link)";

export function setCovered(covered) {
  const { classList, style, clientWidth } = document.documentElement;
  if (covered) style.setProperty("--scrollbar", `${innerWidth - clientWidth}px`);
  classList.toggle("is-covered", covered);
  document.querySelectorAll(OUTSIDE).forEach((part) => (part.inert = covered));
}
