/* Where the focus goes when an image that was open over a page is closed: to the tile of the image
   that was seen last, or else to its nearest neighbor that has a tile. */

import { emit } from "../lib/events.js";

function tileOf({ id }) {
  const item = document.getElementById(`image-${id}`);
  return item?.checkVisibility() ? (item.querySelector("a") ?? item) : null;
}

function goTo(tile) {
  const { top, bottom } = tile.getBoundingClientRect();
  const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const isInView = top >= above && bottom <= innerHeight;
  if (!isInView) tile.scrollIntoView({ block: "center", behavior: "instant" });
  tile.focus({ preventScroll: true });
}

/* One that is not on the page yet is loaded by scroll-restoration.js; a focus that has moved
   meanwhile stays where it is. */
function load(image) {
  const from = document.activeElement;
  const loaded = () => {
    const tile = tileOf(image);
    if (tile && document.activeElement === from) goTo(tile);
  };
  emit("item-requested", { id: `image-${image.id}`, loaded });
}

export function returnFocus(stage, opener) {
  const images = stage?.items ?? [];
  const index = images.findIndex(({ id }) => id === stage.here);
  const last = images[index];
  const candidates = images
    .map((image, position) => ({ tile: tileOf(image), distance: position - index }))
    .toSorted((a, b) => Math.abs(a.distance) - Math.abs(b.distance) || b.distance - a.distance);
  // An image of another list, which a link led to, has no neighbors here.
  const isOfThisList = last && new URL(last.href, location.href).searchParams.has("in");
  const allowed = isOfThisList ? candidates : candidates.slice(0, 1);
  const nearest = allowed.find(({ tile }) => tile);
  if (nearest) goTo(nearest.tile);
  else opener?.focus({ preventScroll: true });
  if (!isOfThisList || document.getElementById(`image-${last.id}`)) return;
  // Above the first tile there is more only where <load-newer> is.
  if (!(nearest?.distance > 0) || document.querySelector("load-newer")) load(last);
}
