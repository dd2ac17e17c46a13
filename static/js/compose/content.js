/* What the compose box holds, read and written as one thing. Does nothing by itself. */

import { emit } from "../lib/events.js";

const EMPTY = {
  prompt: "",
  count: "1",
  aspect_ratio: "",
  image_size: "",
  private: "",
  collection: "",
  lines: "",
};
const NAMES = [...Object.keys(EMPTY), "model"];

export const box = () => document.getElementById("compose");
export const slots = () => [...box().querySelectorAll("reference-slot")];

/* Return the slot that an image for this slot goes to: no number before it stays empty. */
export const placeFor = (slot) => (slot.value ? slot : free()[0]) ?? slot;
export const free = () => slots().filter((slot) => !slot.value && !slot.hasAttribute("data-busy"));

export function read() {
  const data = new FormData(box());
  const content = Object.fromEntries(NAMES.map((name) => [name, data.get(name) ?? ""]));
  content.image_urls = slots().map((slot) => slot.value);
  return content;
}

/* Return the fields of the form in the order in which they are posted. */
export function asFields(content) {
  const fields = new URLSearchParams();
  for (const name of NAMES) fields.append(name, content[name] ?? "");
  for (const value of content.image_urls) fields.append("image_urls", value);
  return fields;
}

function set(field, value) {
  if (!field) return;
  if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.options) {
    if ([...field.options].some((option) => option.value === value)) field.value = value;
  } else field.value = value;
}

/* Fill only the fields that `content` has; `whole` empties the others. */
export function fill(content, whole = false) {
  const given = whole ? { ...EMPTY, image_urls: [], ...content } : content;
  const { elements } = box();
  for (const name of NAMES) if (name in given) set(elements[name], given[name]);
  if (given.image_urls) {
    slots().forEach((slot, index) => (slot.value = given.image_urls[index] ?? ""));
  }
  changed();
}

/* Something in the box has changed: price, draft and panels follow. */
export const changed = () => emit("compose-changed");

export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
