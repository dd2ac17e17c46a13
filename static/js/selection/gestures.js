/* Choosing with the pointer: shift for a range, a long press to begin by touch, and a plain click
   or tap on any tile once something is chosen. */

const LONG_MS = 450;
const STILL_PX = 10;

export function gestures(selection) {
  let anchor = null;
  let pressed = null;

  const box = (event) => event.target.closest?.(".frame")?.querySelector(".pick__box");

  function toggle(found, range) {
    const boxes = selection.boxes;
    const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(found)].sort((a, b) => a - b);
    const checked = range && from >= 0 ? true : !found.checked;
    selection.choose(range && from >= 0 ? boxes.slice(from, to + 1) : [found], checked);
    anchor = found;
  }

  selection.addEventListener(
    "click",
    (event) => {
      const found = box(event);
      if (!found || event.target.closest("[data-plain]")) return;
      const onMark = event.target.closest(".pick");
      if (onMark && event.target !== found) return; // the label clicks its box next
      const begun = selection.classList.contains("is-on");
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (pressed === "long") {
        pressed = null;
      } else if (onMark) {
        // By now the browser has changed the box itself.
        if (event.shiftKey && anchor) {
          found.checked = false;
          toggle(found, true);
          queueMicrotask(() => selection.choose([found]));
        }
        anchor = found;
        return;
      } else if (event.shiftKey || (begun && !modified)) toggle(found, event.shiftKey);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  selection.addEventListener("pointerdown", (event) => {
    const found = event.pointerType !== "mouse" && !event.target.closest(".pick") && box(event);
    if (!found) return;
    const { clientX, clientY } = event;
    const timer = setTimeout(() => {
      pressed = "long";
      navigator.vibrate?.(15);
      toggle(found, false);
      stop();
    }, LONG_MS);
    const moved = (next) =>
      Math.hypot(next.clientX - clientX, next.clientY - clientY) > STILL_PX && stop();
    const events = { pointermove: moved, pointerup: stop, pointercancel: stop };
    function stop() {
      clearTimeout(timer);
      for (const name in events) removeEventListener(name, events[name]);
    }
    pressed = null;
    for (const name in events) addEventListener(name, events[name]);
  });

  // The menu that a long press would open.
  selection.addEventListener("contextmenu", (event) => {
    if (pressed === "long") event.preventDefault();
  });
}
