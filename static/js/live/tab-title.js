/* The tab's title while the page is hidden: how many of the member's images are under way, then that
   they are done. The end of all of them is emitted once, as `jobs-finished`. */

import { emit, on } from "../lib/events.js";

const { title } = document;
const texts = document.querySelector("live-cards").dataset;
const watched = new Set();
let result = "";

function finish() {
  const cards = [...watched].map((id) => document.getElementById(id)).filter(Boolean);
  const done = cards.filter((card) => card.querySelector("img")).length;
  watched.clear();
  const text = done === cards.length ? texts.done : texts.ended;
  result = text.replace("{done}", done).replace("{all}", cards.length);
  emit("jobs-finished", { done, all: cards.length });
}

function update() {
  const live = document.querySelectorAll("[data-live][data-mine]");
  for (const card of live) watched.add(card.id);
  if (!live.length && watched.size) finish();
  if (live.length || !document.hidden) result = "";
  const prefix = live.length ? `(${live.length}) ` : result && `${result} · `;
  document.title = (document.hidden ? prefix : "") + title;
}

document.addEventListener("visibilitychange", update);
document.addEventListener("htmx:load", update);
on("jobs-changed", update);
update();
