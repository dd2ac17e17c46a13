/* An image of the studio for a slot, found in a panel over the box. */

import { placeFor } from "./content.js";
import { panel } from "./panel.js";

let slot = null;

panel("reference-images", {
  opened(opener) {
    slot = opener.closest("reference-slot");
  },
  chosen(choice) {
    const place = placeFor(slot);
    place.put(`image:${choice.dataset.choice}`);
    place.tile.focus();
  },
});
