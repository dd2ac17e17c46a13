/* A word that is typed, and not searched for yet, goes along with the next filter. */

function typed() {
  const { value, defaultValue } = document.getElementById("search");
  return value.trim() === defaultValue ? null : value.trim();
}

/* The cross in the field, or an emptied one and Enter: the search ends, and all of the rest is shown. */
document.addEventListener("search", ({ target }) => {
  if (target.id === "search" && !target.value && target.defaultValue) target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#filters a:not(.chip--clear)");
  const word = link && typed();
  if (!link || word === null) return;
  const url = new URL(link.href);
  url.searchParams.set("q", word);
  link.href = url.href;
});

document.addEventListener("formdata", (event) => {
  if (!event.target.closest("#filters")) return;
  const word = typed();
  if (word !== null) event.formData.set("q", word);
});
