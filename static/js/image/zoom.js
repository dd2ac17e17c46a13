/* PhotoSwipe inside of a stage. */

const OPTIONS = {
  loop: false,
  escKey: false,
  arrowKeys: false,
  trapFocus: false,
  returnFocus: false,
  zoom: false,
  close: false,
  counter: false,
  arrowPrev: false,
  arrowNext: false,
  wheelToZoom: true,
  pinchToClose: false,
  clickToCloseNonZoomable: false,
  doubleTapAction: "zoom",
  imageClickAction: false,
  bgClickAction: false,
  tapAction: false,
  showHideAnimationType: "none",
  bgOpacity: 0,
  preload: [1, 3],
  secondaryZoomLevel: (level) => Math.min(4, Math.max(1, level.fit * 2)),
  maxZoomLevel: (level) => Math.max(4, level.fit * 4),
};
const ANIMATION_MS = 250;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

function paddingFn({ x }) {
  const side = x > 700 ? 72 : 0;
  return { top: 60, bottom: side ? 24 : 8, left: side, right: side };
}

/* Load PhotoSwipe's styles once per page: a grid need not wait for them. Return whether they came. */
export async function loadStyles(url) {
  if (document.querySelector(`link[href="${url}"]`)?.sheet) return true;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: url });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve(true));
    link.addEventListener("error", () => resolve(false));
  });
}

/* Return a PhotoSwipe that fills the stage and shows what `images` answers at that time. */
export function createSwipe(PhotoSwipe, stage, images) {
  const swipe = new PhotoSwipe({
    ...OPTIONS,
    dataSource: [],
    index: images.index,
    appendToEl: stage,
    errorMsg: stage.dataset.failed,
    zoomAnimationDuration: reducedMotion.matches ? 0 : ANIMATION_MS,
    getViewportSizeFn: () => ({ x: stage.clientWidth, y: stage.clientHeight }),
    paddingFn,
  });
  swipe.addFilter("numItems", () => images.count);
  swipe.addFilter("itemData", (_data, index) => images.at(index) ?? {});
  // It counts from the window's corner; this stage may be anywhere.
  swipe.setScrollOffset = () => {
    const box = stage.getBoundingClientRect();
    Object.assign(swipe.offset, { x: box.left + scrollX, y: box.top + scrollY });
  };
  swipe.on("keydown", (event) => event.preventDefault());
  swipe.on("contentAppendImage", () => stage.querySelector(":scope > img")?.remove());
  swipe.init();
  swipe.element.setAttribute("role", "group");
  swipe.element.setAttribute("aria-label", stage.dataset.label);
  stage.addEventListener("dblclick", ({ pageX, pageY }) => {
    swipe.currSlide.toggleZoom({ x: pageX - swipe.offset.x, y: pageY - swipe.offset.y });
  });
  return swipe;
}

export function isZoomed({ currSlide: slide }) {
  return slide.currZoomLevel > slide.zoomLevels.initial * 1.01;
}

/* Show the whole image again. */
export function fit({ currSlide: slide, options }) {
  slide.zoomTo(slide.zoomLevels.initial, undefined, options.zoomAnimationDuration);
}

const STEP_PX = 120;
const DIRECTIONS = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/* Show more of a zoomed image on the side of an arrow key. */
export function pan({ currSlide: slide }, key) {
  const [x, y] = DIRECTIONS[key];
  slide.panTo(slide.pan.x + x * STEP_PX, slide.pan.y + y * STEP_PX);
}
