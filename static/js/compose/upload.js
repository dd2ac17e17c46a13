/* One file on its way up. */

/* How much of it is through, in percent; null: none is under way. */
export function showProgress(slot, percent) {
  const shown = { hidden: percent === null, value: percent ?? 0 };
  Object.assign(slot.querySelector("[data-progress]"), shown);
  slot.toggleAttribute("data-busy", percent !== null);
}

/* What stands for it in a slot. Fails with the studio's sentence, or an empty one if none came.
   Not fetch, which cannot tell how much of a request is through. */
export function upload(file, address, token, onProgress) {
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
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token);
    request.send(form);
  });
}
