/* An image's page that stands by itself closes to where it was opened from, at the same place; its
   link leads to the gallery, for who comes from nowhere. One that was reloaded over a grid still has
   its way back (image-overlay.js). */

document.addEventListener("viewer:close", (event) => {
  // Over a grid it is closed already.
  if (event.defaultPrevented || history.length < 2) return;
  const steps = history.state?.image;
  if (steps) {
    event.preventDefault();
    history.go(-steps);
    return;
  }
  const from = document.referrer;
  if (!from.startsWith(`${location.origin}/`) || from.startsWith(`${location.origin}/accounts/`)) return;
  event.preventDefault();
  history.back();
});

/* There the keys go on at its tile (keep-place.js). */
addEventListener("pagehide", () => {
  const viewer = document.querySelector("main image-viewer");
  try {
    if (viewer) sessionStorage.setItem("gempix-left", `image-${viewer.stage.here}`);
  } catch {
    // Storage is full or forbidden: the keys begin at the top then.
  }
});
