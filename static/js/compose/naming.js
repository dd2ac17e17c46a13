/* How addresses are named, written and looked at in the slots. */

const OURS = /^\/(?:images|references\/image)\/([0-9a-f-]{36})(?:\/|$)/;

/* An image of the studio is that image, from wherever its address was copied. */
export function named(text) {
  const address = text.trim();
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  const found = origin === location.origin && OURS.exec(pathname);
  return found ? `image:${found[1]}` : address;
}

const LOCAL_NAME =
  /^([^.]*|(.*\.)?(localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa))$/;
const LOCAL_IPV4 =
  /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/* Whether an address lies in a private network, as far as that shows; the twin of `is_local` in
   `generator/outbound/urlguard.py`, which judges. The browser has read 127.1 as 127.0.0.1. */
export function isLocal(address) {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return false;
  const host = new URL(address).hostname.replace(/\.$/, "");
  if (host.startsWith("[")) return !/^\[[23][0-9a-f]{3}:/.test(host);
  return /^[\d.]+$/.test(host) ? LOCAL_IPV4.test(host) : LOCAL_NAME.test(host);
}

/* Whether it can be the URL of an image; the twin of `url_error` in
   `generator/forms/slots.py`, which judges. */
const isAddress = (text) =>
  /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text) && !/[\p{C}\p{Z}]/u.test(text);

/* The host and the end, which tells one address from another. */
function shortened(address) {
  if (!URL.canParse(address)) return address;
  const { host, pathname, search } = new URL(address);
  const end = `${pathname}${search}`.split("/").pop();
  return end ? `${host} …/${end.slice(-40)}` : host;
}

function unquoted(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/* What a slot's value is, in the page's words, where its image is, what is wrong with it, and what
   to say where no image comes. */
export function told(value, texts) {
  const [kind, id, quoted = ""] =
    /^(upload|image):([^/]+)(?:\/(.*))?$/.exec(value)?.slice(1) ?? [value ? "url" : "empty"];
  const name = unquoted(quoted);
  const local = isLocal(value) ? texts.unreachable : "";
  const wrong = kind !== "url" ? "" : isAddress(value) ? local : texts.noAddress;
  const gone = [texts.gone, "bad"];
  const facts = {
    upload: { caption: name || texts.ofUpload, preview: `${texts.uploads}${id}/`, missing: gone },
    image: { caption: texts.ofImage, preview: `${texts.images}${id}/`, missing: gone },
    // An address that shows nothing here may still be one that the service can read.
    url: { caption: shortened(value), preview: wrong ? "" : value, missing: [texts.broken] },
    empty: { caption: "", preview: "" },
  };
  return { kind, title: kind === "url" ? value : name, wrong, ...facts[kind] };
}

/* Look whether an image stands there. */
export function load(address, arrived, failed) {
  if (!address) return;
  const image = Object.assign(new Image(), { referrerPolicy: "no-referrer", alt: "" });
  image.draggable = false;
  image.addEventListener("load", () => arrived(image));
  image.addEventListener("error", failed);
  image.src = address;
}
