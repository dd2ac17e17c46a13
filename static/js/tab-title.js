/* The tab's title while nobody looks: how many pictures are under way, then that they are done. */

const title = document.title;
const done = document.querySelector("live-cards").dataset.done;
let waiting = false;

function tell() {
  const live = document.querySelectorAll("[data-live]").length;
  if (!document.hidden) waiting = false;
  else if (live) waiting = true;
  const prefix = live ? `(${live}) ` : waiting ? `${done} · ` : "";
  document.title = (document.hidden ? prefix : "") + title;
}

document.addEventListener("visibilitychange", tell);
document.addEventListener("live-changed", tell);
