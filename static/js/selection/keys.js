/* Keys of a grid: arrows go from tile to tile; x, Shift with arrows, Ctrl+A and Escape select; Delete
   and f act. */

import { isCommand, isInText } from "../lib/keys.js";

const ACTIONS = { Delete: "trash", f: "favourite" };

/* Return the next tile in this direction: in the row by order, up and down by position. */
function neighbor(frames, frame, key) {
  const at = frames.indexOf(frame);
  if (key === "ArrowLeft") return frames[at - 1];
  if (key === "ArrowRight") return frames[at + 1];
  const from = frame.getBoundingClientRect();
  const sign = key === "ArrowDown" ? 1 : -1;
  const away = (other) => {
    const to = other.getBoundingClientRect();
    if (sign * (to.top - from.top) < from.height / 2) return Infinity;
    const across = to.left + to.width / 2 - from.left - from.width / 2;
    return Math.abs(to.top - from.top) * 4 + Math.abs(across);
  };
  const nearest = frames.reduce((best, other) => (away(other) < away(best) ? other : best), frame);
  return nearest === frame ? undefined : nearest;
}

const boxOf = (frame) => frame.querySelector(".pick__box");

function focusTile(frame) {
  frame?.querySelector(".tile").focus();
  return Boolean(frame);
}

/* Each of these returns whether the key did something. */
export function addKeys(selection) {
  let anchor = null;

  const frames = () => [...selection.querySelectorAll(".frame:not([hidden])")];

  function extend(frame, key) {
    const all = frames();
    const next = neighbor(all, frame, key);
    if (!next) return true;
    if (!all.includes(anchor) || !boxOf(anchor).checked) anchor = frame;
    const [from, to] = [all.indexOf(anchor), all.indexOf(next)].toSorted((a, b) => a - b);
    selection.select(all.map(boxOf), false);
    selection.select(all.slice(from, to + 1).map(boxOf));
    next.querySelector("a, input").focus();
    return true;
  }

  function toggle(frame) {
    anchor = frame;
    selection.select([boxOf(frame)], !boxOf(frame).checked);
    return true;
  }

  function act(kind, frame) {
    const button = selection.form.querySelector(`[data-key="${kind}"]`);
    if (!button) return false;
    if (frame && !selection.isOn) selection.select([boxOf(frame)]);
    if (!selection.isOn) return false;
    button.click();
    return true;
  }

  function selectAll(frame) {
    if (!frame && !selection.isOn) return false;
    selection.select(selection.boxes);
    return true;
  }

  function clear() {
    if (!selection.isOn || selection.querySelector(":popover-open")) return false;
    selection.clear();
    return true;
  }

  function pressed(event) {
    const { key, shiftKey, target } = event;
    const frame = target.closest?.(".frame");
    if (key === "a" && (event.ctrlKey || event.metaKey)) return selectAll(frame);
    if (isCommand(event)) return false;
    const isArrow = Boolean(frame) && key.startsWith("Arrow");
    if (shiftKey) return isArrow && extend(frame, key);
    if (isArrow) return focusTile(neighbor(frames(), frame, key));
    if (key === "Escape") return clear();
    if (key === "x" && frame) return toggle(frame);
    // Enter on a checkbox selects, like Space: it must not send the form.
    if (key === "Enter" && target.matches(".pick__box")) return (target.click(), true);
    return key in ACTIONS && act(ACTIONS[key], frame);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || (event.repeat && event.key in ACTIONS)) return;
    // An image that is open over the page has keys of its own.
    if (document.documentElement.classList.contains("is-covered")) return;
    const isInside = event.target === document.body || selection.contains(event.target);
    if (isInside && !isInText(event) && pressed(event)) event.preventDefault();
  });
}
