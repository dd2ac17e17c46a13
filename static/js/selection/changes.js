/* Tiles follow what was done to their pictures, wherever it was done on the page, and its undo. */

// In this place, a picture to which this was done does not stand any more.
const LEAVES = {
  gallery: ["trash"],
  collection: ["trash", "uncollect"],
  trash: ["restore"],
};
const PRIVATE = { private: true, team: false };

export function follow(selection) {
  const place = selection.dataset.place;
  // A picture that opens over the page has its own address meanwhile.
  const address = location.href;

  /* Too many to be named: the grid is fetched anew, and the page stays. */
  async function refresh() {
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const grid = selection.querySelector(".grid");
    grid.replaceChildren(...page.querySelectorAll("picture-selection .grid > *"));
    htmx.process(grid);
  }

  function mark(frame, isPrivate) {
    const tile = frame.querySelector(".tile");
    tile.querySelector(".tile__private")?.remove();
    if (isPrivate) tile.append(selection.querySelector("[data-private]").content.cloneNode(true));
  }

  document.addEventListener("pictures-changed", (event) => {
    const { kind, undone, images, collection } = event.detail;
    const leaves = LEAVES[place].includes(kind);
    if (kind === "uncollect" && collection !== selection.dataset.collection) return;
    if (!undone) selection.clear();
    if (images === null) return void (leaves && refresh());
    for (const id of images) {
      const frame = selection.querySelector(`[data-image="${CSS.escape(id)}"]`);
      if (!frame) continue;
      if (leaves) frame.hidden = !undone;
      if (kind in PRIVATE) mark(frame, PRIVATE[kind] !== undone);
    }
    const left = selection.querySelector(".frame:not([hidden])");
    const empty = document.querySelector("[data-when-empty]");
    if (empty) empty.hidden = Boolean(left);
  });
}
