/* A panel over the box: a search, and what it finds. Imported by the others. */

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/* `opened` learns what was pressed to open it, `chosen` which of its `[data-choice]` was taken. */
export function panel(id, { opened = () => {}, chosen }) {
  const found = document.getElementById(id);
  const search = found.querySelector("[role=search]");
  const choices = () => [...found.querySelectorAll("[data-choice]")];

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(`[data-opens="${id}"]`);
    if (opener) {
      event.preventDefault();
      opened(opener);
      found.showModal();
      htmx.trigger(search, "studio:open");
      // A phone's keyboard would cover what is found.
      const typed = matchMedia("(pointer: fine)").matches;
      (typed ? search.elements.q : found.querySelector("button")).focus();
    }
    const choice = event.target.closest?.(`#${id} [data-choice]`);
    if (choice) {
      event.preventDefault();
      found.close();
      chosen(choice);
    }
  });

  /* The arrows lead from the search into the list, and back. */
  found.addEventListener("keydown", (event) => {
    const { type } = event.target;
    const inText = type === "search" && /Left|Right/.test(event.key);
    if (!(event.key in STEPS) || type === "radio" || inText) return;
    event.preventDefault();
    const next = choices().indexOf(document.activeElement) + STEPS[event.key];
    (choices()[next] ?? search.elements.q).focus();
  });

  return { search, element: found, choices };
}
