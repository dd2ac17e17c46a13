/* An image's page that was opened by itself closes to the page it was opened from, at the same
   place; without one its link leads to the gallery. A page that was reloaded over a grid still
   knows how far back the grid is (image-overlay.js). */

import { on } from "../lib/events.js";
import { session } from "../lib/storage.js";

on("close-requested", (event) => {
  // Over a grid it is closed already.
  if (event.defaultPrevented || history.length < 2) return;
  const steps = history.state?.image;
  if (steps) {
    event.preventDefault();
    history.go(-steps);
    return;
  }
  const from = document.referrer;
  const { origin } = location;
  if (!from.startsWith(`${origin}/`) || from.startsWith(`${origin}/accounts/`)) return;
  event.preventDefault();
  history.back();
});

/* There the focus goes to its tile (scroll-restoration.js). */
addEventListener("pagehide", () => {
  const viewer = document.querySelector("main image-viewer");
  if (viewer) session.write("last-image", `image-${viewer.stage.here}`);
});
