/* What this browser keeps beside the server: a copy of the draft until the server has it, and what a
   filling from elsewhere displaced, until the next press. Storage may be full or forbidden: then the
   server's copy is enough, and the displaced one is there as long as the page. */

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

const displacedKey = () => `${key()}-before`;
const holdsAny = ({ prompt, image_urls: slots }) => Boolean(prompt || slots?.some(Boolean));

export const displaced = () => tried(() => JSON.parse(localStorage.getItem(displacedKey())));

/* An empty box is nothing to come back to, and leaves what was kept before. */
export const keepDisplaced = (content) =>
  holdsAny(content) &&
  tried(() => localStorage.setItem(displacedKey(), JSON.stringify(content)));

export const forgetDisplaced = () => tried(() => localStorage.removeItem(displacedKey()));
