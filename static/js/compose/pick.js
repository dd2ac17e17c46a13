/* A picture of the studio for a slot, found in a panel over the box. */

import { panel } from "./panel.js";

let slot = null;

panel("reference-pictures", {
  opened(opener) {
    slot = opener.closest("reference-slot");
    slot.editor.hidePopover();
  },
  chosen(choice) {
    slot.put(`image:${choice.dataset.choice}`);
    slot.tile.focus();
  },
});
