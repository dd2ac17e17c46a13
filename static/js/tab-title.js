/* The tab's title while nobody looks: how many of my images are under way, then that they are
   done. The end of all is told once, as studio:done, to whoever wants to pass it on. */

const title = document.title;
const words = document.querySelector("live-cards").dataset;
const watched = new Set();
let said = "";

function ended() {
  const cards = [...watched].map((id) => document.getElementById(id)).filter(Boolean);
  const done = cards.filter((card) => card.querySelector("img")).length;
  watched.clear();
  said = done === cards.length ? words.done : words.ended;
  said = said.replace("{done}", done).replace("{all}", cards.length);
  const detail = { done, all: cards.length };
  document.dispatchEvent(new CustomEvent("studio:done", { detail }));
}

function tell() {
  const live = document.querySelectorAll("[data-live][data-mine]");
  live.forEach((card) => watched.add(card.id));
  if (!live.length && watched.size) ended();
  if (live.length || !document.hidden) said = "";
  const prefix = live.length ? `(${live.length}) ` : said && `${said} · `;
  document.title = (document.hidden ? prefix : "") + title;
}

document.addEventListener("visibilitychange", tell);
document.addEventListener("live-changed", tell);
document.addEventListener("htmx:load", tell);
tell();
