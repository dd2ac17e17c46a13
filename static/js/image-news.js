/* What happens outside of an image's page and makes it another one. */

/* Something was done to images, from the page or by an undo. */
document.addEventListener("images-changed", ({ detail: { kind, undone, images } }) => {
  const viewer = document.querySelector("image-viewer");
  if (!viewer) return;
  const { here } = viewer.about().dataset;
  const next = viewer.querySelector("a[rel=next]") ?? viewer.querySelector("a[rel=prev]");
  // In this place, an image to which this was done does not stand any more.
  const inTrash = new URL(here, location).searchParams.get("in") === "trash";
  const leaves = kind === (inTrash ? "restore" : "trash");
  const back = leaves && undone && images?.length === 1;
  if (back) viewer.show(here.replace(viewer.stage.here, images[0]));
  else if (images && !images.includes(viewer.stage.here)) return;
  else if (!leaves || undone) viewer.refresh(here);
  else if (next) viewer.show(next.href);
  else viewer.close();
});

/* A page that was reloaded under a grid shares its history with it: Back means another page then. */
addEventListener("popstate", () => {
  const shown = document.querySelector("main #image-about")?.dataset.here;
  if (shown && new URL(shown, location).pathname !== location.pathname) location.reload();
});
