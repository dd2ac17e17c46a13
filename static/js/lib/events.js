/* The studio's own events: each is named gempix:… for what has happened, and bubbles. */

const PREFIX = "gempix:";

/* Return false if a listener prevented what would follow. */
export function emit(name, detail, target = document) {
  const event = new CustomEvent(PREFIX + name, { bubbles: true, cancelable: true, detail });
  return target.dispatchEvent(event);
}

export function on(name, listener, { target = document, ...options } = {}) {
  target.addEventListener(PREFIX + name, listener, options);
}

export function off(name, listener, target = document) {
  target.removeEventListener(PREFIX + name, listener);
}

/* Show a message among the toasts. */
export const showMessage = (text) => emit("message-requested", text);
