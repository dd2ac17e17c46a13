/* The URLs of reference images: how they are shortened, checked and previewed in the slots. */

const OURS = /^\/(?:images|references\/image)\/([0-9a-f-]{36})(?:\/|$)/;

/* Return `image:<id>` for any URL of an image of the studio, and other text as it is. */
export function normalized(text) {
  const url = text.trim();
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  const match = origin === location.origin && OURS.exec(pathname);
  return match ? `image:${match[1]}` : url;
}

const LOCAL_NAME =
  /^([^.]*|(.*\.)?(localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa))$/;
const LOCAL_IPV4 =
  /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/* Whether a URL leads into a private network, as far as its text shows: the twin of `is_local` in
   `generator/outbound/urlguard.py`, which decides. The browser has read 127.1 as 127.0.0.1. */
export function isLocal(url) {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/\.$/, "");
  if (host.startsWith("[")) return !/^\[[23][0-9a-f]{3}:/.test(host);
  return /^[\d.]+$/.test(host) ? LOCAL_IPV4.test(host) : LOCAL_NAME.test(host);
}

/* Whether it can be the URL of an image: the twin of `url_error` in `generator/forms/slots.py`,
   which decides. */
export const isUrl = (text) =>
  /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text) && !/[\p{C}\p{Z}]/u.test(text);

/* Return the host and the end, which tell one URL from another. */
function shortened(url) {
  if (!URL.canParse(url)) return url;
  const { host, pathname, search } = new URL(url);
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

/* Return what a slot's value is, in the page's words, where its image is, what is wrong with it, and
   the message for an image that cannot be loaded. */
export function describe(value, texts) {
  const [kind, id, quoted = ""] = /^(upload|image):([^/]+)(?:\/(.*))?$/.exec(value)?.slice(1) ?? [
    value ? "url" : "empty",
  ];
  const name = unquoted(quoted);
  const local = isLocal(value) ? texts.unreachable : "";
  const wrong = kind !== "url" ? "" : isUrl(value) ? local : texts.noAddress;
  const gone = [texts.gone, "bad"];
  const byKind = {
    upload: { caption: name || texts.ofUpload, preview: `${texts.uploads}${id}/`, missing: gone },
    image: { caption: texts.ofImage, preview: `${texts.images}${id}/`, missing: gone },
    // The service may be able to read a URL that shows nothing here.
    url: { caption: shortened(value), preview: wrong ? "" : value, missing: [texts.broken] },
    empty: { caption: "", preview: "" },
  };
  return { kind, title: kind === "url" ? value : name, wrong, ...byKind[kind] };
}

/* Call `loaded` with the image at this URL, or `failed`. */
export function loadImage(url, loaded, failed) {
  if (!url) return;
  const image = Object.assign(new Image(), { referrerPolicy: "no-referrer", alt: "" });
  image.draggable = false;
  image.addEventListener("load", () => loaded(image));
  image.addEventListener("error", failed);
  image.src = url;
}
