/* A picture's page that stands by itself closes to where it was opened from, at the same place; its
   link leads to the gallery, for who comes from nowhere. */

document.addEventListener("viewer:close", (event) => {
  // Over a grid it is closed already.
  if (event.defaultPrevented || history.length < 2) return;
  const from = document.referrer;
  if (!from.startsWith(`${location.origin}/`) || from.startsWith(`${location.origin}/accounts/`)) return;
  event.preventDefault();
  history.back();
});
