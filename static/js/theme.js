/* A chosen theme shows at once; the form beside it tells the server, which knows it from the next
   page on. Every chooser on the page shows the same. */

const root = document.documentElement;
const GROUND = { light: "#f7f7f5", dark: "#121213" };

document.addEventListener("change", (event) => {
  if (!event.target.closest?.("[data-theme-choice]")) return;
  const theme = event.target.value;
  if (theme in GROUND) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const radio of document.querySelectorAll(`[data-theme-choice] [value=${theme}]`)) {
    radio.checked = true;
  }
  document.querySelector("meta[name=color-scheme]").content =
    theme in GROUND ? theme : "light dark";
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    meta.content = GROUND[theme] ?? GROUND[meta.media.includes("dark") ? "dark" : "light"];
  }
});

/* The page that is kept for being offline is fetched anew, in the new theme. */
document.addEventListener("htmx:afterRequest", async (event) => {
  if (!event.detail.elt.matches?.("[data-theme-choice]") || !globalThis.caches) return;
  for (const name of await caches.keys()) {
    if (name.startsWith("offline-")) await caches.open(name).then((kept) => kept.add("/offline/"));
  }
});
