/* The copy of the draft in this browser, until the server has it. Storage may be full or forbidden:
   then the server's copy is enough. */

import { box } from "./content.js";

const key = () => box().dataset.draft;

function tried(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export const kept = () => tried(() => JSON.parse(localStorage.getItem(key())));

export const keep = (content) =>
  tried(() => localStorage.setItem(key(), JSON.stringify(content)));

/* What has been typed since then stays. */
export const forget = (content) =>
  tried(() => {
    if (localStorage.getItem(key()) === JSON.stringify(content)) localStorage.removeItem(key());
  });
