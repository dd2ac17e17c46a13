/* What a key or a click means, read in one way by every script. */

const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const FIELD = "input, textarea, select, [contenteditable]";

/* Keys that belong to the browser or the system. */
export const isCommand = ({ ctrlKey, metaKey, altKey }) => ctrlKey || metaKey || altKey;

/* A click that asks for another tab or window, or for a download. */
export const opensElsewhere = (event) => isCommand(event) || event.shiftKey;

/* Where letters and arrows have a meaning of their own; in any field, or in those for text. */
export const isInField = ({ target }) => Boolean(target.closest?.(FIELD));
export const isInText = ({ target }) => Boolean(target.closest?.(TEXT));

/* The key as `aria-keyshortcuts` names it, whatever Shift and Caps Lock make of a letter. */
export const keyName = ({ key }) => (key.length === 1 ? key.toLowerCase() : key);

/* Whether something lies over the page that has keys of its own. */
export const isDialogOpen = () => document.querySelector("dialog[open], :popover-open") !== null;
