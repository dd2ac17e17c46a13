/* What this browser keeps beside the server: a copy of the draft until the server has it, and the
   content that a prefill replaced, until the next submit. */

import { local } from "../lib/storage.js";
import { box } from "./content.js";

const key = () => box().dataset.draft;
const replacedKey = () => `${key()}-before`;
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isEmpty = ({ prompt, image_urls: slots }) => !prompt && !slots?.some(Boolean);

export const readDraft = () => local.read(key());
export const writeDraft = (content) => local.write(key(), content);

/* Remove the copy, unless something has been typed since. */
export function removeDraft(content) {
  if (isSame(local.read(key()), content)) local.remove(key());
}

export const readReplaced = () => local.read(replacedKey());

/* An empty box is nothing to return to; what was written before it stays. */
export function writeReplaced(content) {
  if (!isEmpty(content)) local.write(replacedKey(), content);
}

export const removeReplaced = () => local.remove(replacedKey());
