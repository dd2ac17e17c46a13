/* Shows a page in the studio's hand when the studio cannot be reached. It keeps that page and its
   looks alone; whatever else is asked for goes the usual way and is never kept. */

const KEPT = "offline-{{ version }}";
const PAGE = "{% url 'generator:offline' %}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

addEventListener("install", (event) => {
  const fresh = [PAGE, ...FILES].map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await registration.navigationPreload?.enable();
    await clients.claim();
  };
  event.waitUntil(old());
});

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});

/* A notice of finished work leads back to the tab that told it. */
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const back = async () => {
    const [tab] = await clients.matchAll({ type: "window" });
    if (tab) await tab.focus();
    else await clients.openWindow("/");
  };
  event.waitUntil(back());
});
