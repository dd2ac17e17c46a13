/* How addresses are named, written and looked at in the slots. */

const OURS = /^\/(?:images|references\/image)\/([0-9a-f-]{36})(?:\/|$)/;

/* A picture of the studio is that picture, from wherever its address was copied. */
export function named(text) {
  const address = text.trim();
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  const found = origin === location.origin && OURS.exec(pathname);
  return found ? `image:${found[1]}` : address;
}

/* The host and the end, which tells one address from another. */
function shortened(address) {
  if (!URL.canParse(address)) return address;
  const { host, pathname, search } = new URL(address);
  const end = `${pathname}${search}`.split("/").pop();
  return end ? `${host} …/${end.slice(-40)}` : host;
}

/* What a slot's value is, in the page's words, and where its picture is. */
export function told(value, texts) {
  const [kind, id] = /^(upload|image):(.+)/.exec(value)?.slice(1) ?? [value ? "url" : "empty"];
  const facts = {
    upload: { caption: texts.ofUpload, preview: `${texts.uploads}${id}/` },
    image: { caption: texts.ofImage, preview: `${texts.images}${id}/` },
    url: { caption: shortened(value), title: value, preview: value },
    empty: { caption: "", preview: "" },
  };
  return { kind, title: "", ...facts[kind] };
}

/* Look whether a picture stands there; nothing for what is no address. */
export function load(address, arrived, failed) {
  if (!/^(https?:\/\/.|\/)/i.test(address)) return;
  const picture = Object.assign(new Image(), { referrerPolicy: "no-referrer", alt: "" });
  picture.draggable = false;
  picture.addEventListener("load", () => arrived(picture));
  picture.addEventListener("error", failed);
  picture.src = address;
}
