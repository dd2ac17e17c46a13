/* Shows the offline page when the studio cannot be reached. It caches only that page and its
   styles; every other request goes to the network and is never cached. */

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

/* A click on a notification of finished work returns to the tab that sent it. */
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const back = async () => {
    const [tab] = await clients.matchAll({ type: "window" });
    if (tab) await tab.focus();
    else await clients.openWindow("/");
  };
  event.waitUntil(back());
});
