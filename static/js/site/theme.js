/* A chosen theme shows at once; the form beside it tells the server, which uses it from the next
   page on. Every theme control on the page shows the same choice. */

const root = document.documentElement;
const BACKGROUND = { light: "#f7f7f5", dark: "#121213" };

document.addEventListener("change", (event) => {
  if (!event.target.closest?.("[data-theme-choice]")) return;
  const theme = event.target.value;
  if (theme in BACKGROUND) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const radio of document.querySelectorAll(`[data-theme-choice] [value=${theme}]`)) {
    radio.checked = true;
  }
  document.querySelector("meta[name=color-scheme]").content =
    theme in BACKGROUND ? theme : "light dark";
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    meta.content = BACKGROUND[theme] ?? BACKGROUND[meta.media.includes("dark") ? "dark" : "light"];
  }
});

/* The offline page is cached again, in the new theme. */
document.addEventListener("htmx:afterRequest", async (event) => {
  if (!event.detail.elt.matches?.("[data-theme-choice]") || !globalThis.caches) return;
  for (const name of await caches.keys()) {
    if (!name.startsWith("offline-")) continue;
    const cache = await caches.open(name);
    await cache.add("/offline/");
  }
});
