/* Which of the pictures that are arranged can be moved no further: on either side there may be
   another page. Imported by <arrange-pictures>. */

export function ends(list) {
  const all = [...list.querySelectorAll("[data-image]")];
  const begun = all[0]?.querySelector("[name=after]").value;
  const goesOn = list.querySelector(".older");
  return { earlier: begun ? null : all[0], later: goesOn ? null : all.at(-1) };
}

export function tellEnds(list) {
  const found = ends(list);
  for (const button of list.querySelectorAll("[name=step]")) {
    const ended = button.closest("[data-image]") === found[button.value];
    if (ended) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}
