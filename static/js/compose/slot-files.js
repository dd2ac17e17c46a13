/* Images that come into the slots: files that are chosen, dropped or pasted, and dragged tiles. */

import { showMessage } from "../lib/events.js";
import { box, changed, free, placeFor } from "./content.js";
import { normalized } from "./slot-url.js";

const texts = () => box().querySelector(".references").dataset;

/* Show how much of an upload is done, in percent; null: none is under way. */
function showProgress(slot, percent) {
  const shown = { hidden: percent === null, value: percent ?? 0 };
  Object.assign(slot.querySelector("[data-progress]"), shown);
  slot.toggleAttribute("data-busy", percent !== null);
}

/* Return the uploaded file's value for a slot; throw the studio's message, or an empty one. This is
   not `fetch`, which does not report the progress of a request. */
function upload(file, onProgress) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("image", file);
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      onProgress(Math.floor((100 * event.loaded) / (event.total || 1)));
    });
    request.addEventListener("load", () => {
      const { value, error } = request.response ?? {};
      if (value) resolve(value);
      else reject(new Error(error ?? ""));
    });
    request.addEventListener("error", () => reject(new Error("")));
    request.responseType = "json";
    request.open("POST", texts().upload);
    request.setRequestHeader("X-CSRFToken", box().elements.csrfmiddlewaretoken.value);
    request.send(form);
  });
}

async function uploadInto(slot, file) {
  showProgress(slot, 0);
  slot.put("");
  changed();
  try {
    const value = await upload(file, (percent) => showProgress(slot, percent));
    slot.put(value);
  } catch (error) {
    slot.say(error.message || texts().failed, "bad");
  }
  showProgress(slot, null);
  changed();
}

/* Put files and URLs into this slot and the free ones. */
function fillSlots(images, slot) {
  const targets = [...new Set([...(slot ? [placeFor(slot)] : []), ...free()])];
  if (images.length > targets.length) showMessage(texts().full);
  images.slice(0, targets.length).forEach((image, index) => {
    if (image instanceof File) uploadInto(targets[index], image);
    else targets[index].put(image);
  });
  if (images.length) box().querySelector("#compose-more").open = true;
}

/* A tile of the studio is a link to its image: its URL is used instead of its bytes. */
function imagesOf(transfer) {
  const lines = transfer
    .getData("text/uri-list")
    .split("\n")
    .map((line) => line.trim());
  const urls = lines.filter((line) => /^https?:\/\//.test(line)).map(normalized);
  const files = [...transfer.files];
  if (files.length && !urls.some((url) => url.startsWith("image:"))) return files;
  return urls.length ? urls : files;
}

/* Browsers use this name for bytes of the clipboard, which have none. */
const withName = (file) =>
  file.name === "image.png" ? new File([file], texts().pasted, { type: file.type }) : file;

const mayHoldImages = ({ types }) => types.includes("Files") || types.includes("text/uri-list");
let leaving;

document.addEventListener("dragover", (event) => {
  if (!box() || !mayHoldImages(event.dataTransfer)) return;
  clearTimeout(leaving);
  box().toggleAttribute("data-dropping", true);
  leaving = setTimeout(() => box().removeAttribute("data-dropping"), 300);
  if (box().contains(event.target)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!box()?.contains(event.target) || !mayHoldImages(event.dataTransfer)) return;
  event.preventDefault();
  fillSlots(imagesOf(event.dataTransfer), event.target.closest?.("reference-slot"));
});
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (!files.length || event.target.closest?.("[role=search]")) return;
  event.preventDefault();
  fillSlots(files.map(withName), event.target.closest?.("reference-slot"));
});
document.addEventListener("change", (event) => {
  const slot = event.target.type === "file" && event.target.closest?.("reference-slot");
  if (!slot) return;
  slot.editor.hidePopover();
  fillSlots([...event.target.files], slot);
  event.target.value = "";
});
