/* Selecting with the pointer: Shift for a range, a long press to start by touch, and a plain click
   or tap on any tile once something is selected. */

import { isCommand } from "../lib/keys.js";

const LONG_MS = 450;
const STILL_PX = 10;

const boxOf = (event) => event.target.closest?.(".frame")?.querySelector(".pick__box");

export function addGestures(selection) {
  let anchor = null;
  let pressed = null;

  function toggle(box, range) {
    const { boxes } = selection;
    const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(box)].toSorted((a, b) => a - b);
    const isRange = range && from >= 0;
    selection.select(isRange ? boxes.slice(from, to + 1) : [box], isRange || !box.checked);
    anchor = box;
  }

  selection.addEventListener(
    "click",
    (event) => {
      const box = boxOf(event);
      if (!box || event.target.closest("[data-plain]")) return;
      const onMark = event.target.closest(".pick");
      if (onMark && event.target !== box) return; // the label clicks its box next
      if (pressed === "long") {
        pressed = null;
      } else if (onMark) {
        // By now the browser has changed the box itself.
        if (event.shiftKey && anchor) {
          box.checked = false;
          toggle(box, true);
          queueMicrotask(() => selection.select([box]));
        }
        anchor = box;
        return;
      } else if (event.shiftKey || (selection.isOn && !isCommand(event)))
        toggle(box, event.shiftKey);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  selection.addEventListener("pointerdown", (event) => {
    const isTouch = event.pointerType !== "mouse";
    const box = isTouch && !event.target.closest(".pick") && boxOf(event);
    if (!box) return;
    const { clientX, clientY } = event;
    const timer = setTimeout(() => {
      pressed = "long";
      navigator.vibrate?.(15);
      toggle(box, false);
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

  // A long press would open the browser's menu.
  selection.addEventListener("contextmenu", (event) => {
    if (pressed === "long") event.preventDefault();
  });
}
