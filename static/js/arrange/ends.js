/* Which of the images that are arranged can be moved no further: on either side there may be
   another page. And how far a step leads. Imported by <arrange-images>. */

const SIDES = { first: "earlier", last: "later" };
const items = (list) => [...list.querySelectorAll("[data-image]")];

export function ends(list) {
  const all = items(list);
  const begun = all[0]?.querySelector("[name=after]").value;
  const goesOn = list.querySelector(".older");
  return { earlier: begun ? null : all[0], later: goesOn ? null : all.at(-1) };
}

export function tellEnds(list) {
  const found = ends(list);
  for (const button of list.querySelectorAll("[name=step]")) {
    const ended = button.closest("[data-image]") === found[SIDES[button.value] ?? button.value];
    if (ended) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/* How many places a step is; nothing where it leads to another page, which an ordinary form knows. */
export function way(list, item, step) {
  const { earlier, later } = ends(list);
  const at = items(list).indexOf(item);
  const left = items(list).length - 1 - at;
  const ways = {
    first: earlier && (-at || -1),
    earlier: (at || earlier) && -1,
    later: 1,
    last: later && (left || 1),
  };
  return ways[step];
}
