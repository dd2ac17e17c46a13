/* From tile to tile with the arrows; choosing with x, Shift and arrows, Ctrl A, Escape; Delete and f
   act. */

const ACTS = { Delete: "trash", f: "favourite" };
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/* The next tile in this direction: in the row by order, up and down by where it stands. */
function neighbour(frames, frame, key) {
  const at = frames.indexOf(frame);
  if (key === "ArrowLeft") return frames[at - 1];
  if (key === "ArrowRight") return frames[at + 1];
  const from = frame.getBoundingClientRect();
  const sign = key === "ArrowDown" ? 1 : -1;
  const away = (other) => {
    const to = other.getBoundingClientRect();
    if (sign * (to.top - from.top) < from.height / 2) return Infinity;
    return Math.abs(to.top - from.top) * 4 + Math.abs(to.left + to.width / 2 - from.left - from.width / 2);
  };
  const nearest = frames.reduce((best, other) => (away(other) < away(best) ? other : best), frame);
  return nearest === frame ? undefined : nearest;
}

export function keys(selection) {
  let anchor = null;

  const frames = () => [...selection.querySelectorAll(".frame:not([hidden])")];
  const boxOf = (frame) => frame.querySelector(".pick__box");

  const go = (next) => (next?.querySelector(".tile").focus(), Boolean(next));

  function extend(frame, key) {
    const all = frames();
    const next = neighbour(all, frame, key);
    if (!next) return;
    if (!all.includes(anchor) || !boxOf(anchor).checked) anchor = frame;
    const [from, to] = [all.indexOf(anchor), all.indexOf(next)].sort((a, b) => a - b);
    selection.choose(all.map(boxOf), false);
    selection.choose(all.slice(from, to + 1).map(boxOf));
    next.querySelector("a, input").focus();
  }

  function act(kind, frame) {
    const button = selection.form.querySelector(`[data-key="${kind}"]`);
    if (!button) return false;
    if (frame && !selection.classList.contains("is-on")) selection.choose([boxOf(frame)]);
    if (!selection.classList.contains("is-on")) return false;
    button.click();
    return true;
  }

  function pressed(event) {
    const frame = event.target.closest?.(".frame");
    const begun = selection.classList.contains("is-on");
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      if (!frame && !begun) return false;
      selection.choose(selection.boxes);
      return true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const arrow = Boolean(frame && event.key.startsWith("Arrow"));
    if (event.shiftKey) return arrow && (extend(frame, event.key), true);
    if (arrow) return go(neighbour(frames(), frame, event.key));
    if (event.key === "Escape" && begun && !selection.querySelector(":popover-open")) return selection.clear(), true;
    if (event.key === "x" && frame) return (anchor = frame), selection.choose([boxOf(frame)], !boxOf(frame).checked), true;
    // Enter on a mark chooses, like Space: it must not send the form.
    if (event.key === "Enter" && event.target.matches(".pick__box")) return event.target.click(), true;
    return event.key in ACTS && act(ACTS[event.key], frame);
  }

  const listen = (event) => {
    if (event.defaultPrevented || (event.repeat && event.key in ACTS)) return;
    // An image that is open over the page has keys of its own.
    if (document.documentElement.classList.contains("is-covered")) return;
    const inside = event.target === document.body || selection.contains(event.target);
    if (inside && !event.target.matches(TYPING) && pressed(event)) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
}
