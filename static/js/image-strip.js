/* The images on both sides of the one that a stage shows. */

/* The stage's own strip: while one page takes the place of another, both are there. */
export function listed(stage) {
  const strip = stage.parentElement.querySelectorAll("#image-strip > li");
  return [...strip].map(({ dataset }) => ({
    ...dataset,
    width: Number(dataset.width),
    height: Number(dataset.height),
  }));
}

/* Take in what the strip lists beyond what the stage knows already, on both sides. */
export function learn(stage) {
  const { items, here, swipe } = stage;
  const strip = listed(stage);
  const place = (list) => list.findIndex(({ id }) => id === here);
  const [known, told] = [place(items), place(strip)];
  if (!swipe || known < 0 || told < 0) return;
  const before = strip.slice(0, Math.max(0, told - known));
  const after = strip.slice(told + items.length - known);
  if (before.length || after.length) grow(swipe, items, before, after);
}

/* The list grows at its end alone: what comes before moves every number that PhotoSwipe keeps. */
function grow(swipe, items, before, after) {
  const by = before.length;
  const kept = items.map((_item, index) => swipe.contentLoader.getContentByIndex(index));
  for (const content of kept) if (content) content.index += by;
  for (const { slide } of swipe.mainScroll.itemHolders) if (slide) slide.index += by;
  swipe.currIndex += by;
  swipe.potentialIndex += by;
  items.unshift(...before);
  items.push(...after);
  if (by) swipe.refreshSlideContent(swipe.currIndex - 1);
  if (after.length) swipe.refreshSlideContent(swipe.currIndex + 1);
}
