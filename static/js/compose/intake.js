/* Images on their way into the slots: chosen, dropped, pasted, dragged from a tile. */

import { box, changed, free, placeFor } from "./content.js";
import { named } from "./naming.js";
import { showProgress, upload } from "./upload.js";

const say = (text) => document.dispatchEvent(new CustomEvent("studio:say", { detail: text }));
const texts = () => box().querySelector(".references").dataset;

async function take(slot, file) {
  showProgress(slot, 0);
  slot.put("");
  changed();
  try {
    const value = await upload(file, texts().upload, box().elements.csrfmiddlewaretoken.value, (percent) => {
      showProgress(slot, percent);
    });
    slot.put(value);
  } catch (error) {
    slot.say(error.message || texts().failed, "bad");
  }
  showProgress(slot, null);
  changed();
}

/* Files and addresses into this slot and the free ones. */
function place(given, slot) {
  const places = [...new Set([...(slot ? [placeFor(slot)] : []), ...free()])];
  if (given.length > places.length) say(texts().full);
  given.slice(0, places.length).forEach((one, index) => {
    if (one instanceof File) take(places[index], one);
    else places[index].put(one);
  });
  if (given.length) box().querySelector("#compose-more").open = true;
}

/* An address wins over the bytes that come with it: a tile of ours is a link to its image. */
function carried(transfer) {
  const lines = transfer.getData("text/uri-list").split("\n").map((line) => line.trim());
  const addresses = lines.filter((line) => /^https?:\/\//.test(line)).map(named);
  const files = [...transfer.files];
  if (files.length && !addresses.some((address) => address.startsWith("image:"))) return files;
  return addresses.length ? addresses : files;
}

/* Browsers give bytes of the clipboard, which have no name, this one. */
const called = (file) =>
  file.name === "image.png" ? new File([file], texts().pasted, { type: file.type }) : file;

const ours = (transfer) => transfer.types.includes("application/x-studio-slot");
const wanted = (transfer) =>
  !ours(transfer) && ["Files", "text/uri-list"].some((type) => transfer.types.includes(type));
let leaving;

document.addEventListener("dragover", (event) => {
  if (!box() || !wanted(event.dataTransfer)) return;
  clearTimeout(leaving);
  box().toggleAttribute("data-dropping", true);
  leaving = setTimeout(() => box().removeAttribute("data-dropping"), 300);
  if (box().contains(event.target)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!box()?.contains(event.target) || !wanted(event.dataTransfer)) return;
  event.preventDefault();
  place(carried(event.dataTransfer), event.target.closest?.("reference-slot"));
});
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (!files.length || event.target.closest?.("[role=search]")) return;
  event.preventDefault();
  place(files.map(called), event.target.closest?.("reference-slot"));
});
document.addEventListener("change", (event) => {
  const slot = event.target.type === "file" && event.target.closest?.("reference-slot");
  if (!slot) return;
  slot.editor.hidePopover();
  place([...event.target.files], slot);
  event.target.value = "";
});
