/* Where one goes on in a page when an image that was open over it is closed: at the tile of the one
   that was seen last, or else at the nearest of its neighbours that has a tile. */

function tileOf({ id }) {
  const thing = document.getElementById(`image-${id}`);
  return thing?.checkVisibility() ? (thing.querySelector("a") ?? thing) : null;
}

function goTo(tile) {
  const { top, bottom } = tile.getBoundingClientRect();
  const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const inSight = top >= above && bottom <= innerHeight;
  if (!inSight) tile.scrollIntoView({ block: "center", behavior: "instant" });
  tile.focus({ preventScroll: true });
}

/* One that is not on the page yet comes by keep-place.js; who has gone elsewhere meanwhile stays. */
function waitFor(item) {
  const from = document.activeElement;
  const found = () => {
    const tile = tileOf(item);
    if (tile && document.activeElement === from) goTo(tile);
  };
  document.dispatchEvent(
    new CustomEvent("place:wanted", { detail: { id: `image-${item.id}`, found } }),
  );
}

export function goOn(stage, opener) {
  const items = stage?.items ?? [];
  const at = items.findIndex(({ id }) => id === stage.here);
  const seen = items[at];
  const near = items
    .map((item, place) => ({ tile: tileOf(item), way: place - at }))
    .sort((one, other) => Math.abs(one.way) - Math.abs(other.way) || other.way - one.way);
  // One of another place, which an image led to, has no neighbours here.
  const isOfThis = seen && new URL(seen.href, location.href).searchParams.has("in");
  const nearest = (isOfThis ? near : near.slice(0, 1)).find(({ tile }) => tile);
  if (nearest) goTo(nearest.tile);
  else opener?.focus({ preventScroll: true });
  if (!isOfThis || document.getElementById(`image-${seen.id}`)) return;
  // Above the first there is nothing to fetch, but by the way that leads up.
  if (!(nearest?.way > 0) || document.querySelector("newer-ones")) waitFor(seen);
}
