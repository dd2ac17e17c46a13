/* Values that this browser keeps. Where storage is full or forbidden, nothing is written and every
   value reads as null. */

const PREFIX = "gempix-";

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text; // written as plain text by an earlier version
  }
}

function guarded(area) {
  const attempt = (action) => {
    try {
      return action(globalThis[area]);
    } catch {
      return null;
    }
  };
  return {
    read: (key) => attempt((storage) => parse(storage.getItem(PREFIX + key))),
    write: (key, value) =>
      attempt((storage) => {
        storage.setItem(PREFIX + key, JSON.stringify(value));
        return true;
      }),
    remove: (key) => attempt((storage) => storage.removeItem(PREFIX + key)),
  };
}

/* For this browser, and for this tab alone. */
export const local = guarded("localStorage");
export const session = guarded("sessionStorage");
