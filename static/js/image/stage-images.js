/* The images that a stage knows, in order, under numbers that stay the same while the list grows on
   both sides: PhotoSwipe remembers images by their number. */

// More than anybody turns back from an image; without neighbors before it, the first is number 0.
const ROOM_BEFORE = 100_000;

/* The images that #image-strip lists around this stage. While one page replaces another, there are
   two strips. */
function readStrip(stage) {
  const strip = stage.parentElement.querySelectorAll("#image-strip > li");
  return [...strip].map(({ dataset }) => {
    const size = { width: Number(dataset.width), height: Number(dataset.height) };
    return Object.assign({}, dataset, size);
  });
}

export class StageImages {
  constructor(stage) {
    this.stage = stage;
    this.items = readStrip(stage);
    const here = this.items.findIndex((item) => "here" in item);
    this.first = here > 0 ? ROOM_BEFORE : 0;
    this.index = this.first + Math.max(0, here);
  }

  get count() {
    return this.first + this.items.length;
  }

  at(index) {
    return this.items[index - this.first];
  }

  /* Add what the strip lists on either side of what is known. Return the numbers of those that are
     new. */
  grow(id) {
    const strip = readStrip(this.stage);
    const positionIn = (items) => items.findIndex((item) => item.id === id);
    const [known, listed] = [positionIn(this.items), positionIn(strip)];
    if (known < 0 || listed < 0) return [];
    const before = this.first > 0 ? strip.slice(0, Math.max(0, listed - known)) : [];
    const after = strip.slice(listed + this.items.length - known);
    const end = this.count;
    this.first -= before.length;
    this.items = [...before, ...this.items, ...after];
    return [...before.map((_item, i) => this.first + i), ...after.map((_item, i) => end + i)];
  }
}
