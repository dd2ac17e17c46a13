/* How PhotoSwipe works inside of a stage. */

const PLAIN = {
  loop: false, escKey: false, arrowKeys: false, trapFocus: false, returnFocus: false,
  zoom: false, close: false, counter: false, arrowPrev: false, arrowNext: false,
  wheelToZoom: true, pinchToClose: false, clickToCloseNonZoomable: false, doubleTapAction: "zoom",
  imageClickAction: false, bgClickAction: false, tapAction: false,
  showHideAnimationType: "none", bgOpacity: 0, preload: [1, 3],
  secondaryZoomLevel: (level) => Math.min(4, Math.max(1, level.fit * 2)),
  maxZoomLevel: (level) => Math.max(4, level.fit * 4),
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function padding({ x }) {
  const side = x > 700 ? 72 : 0;
  return { top: 60, bottom: side ? 24 : 8, left: side, right: side };
}

/* PhotoSwipe's styles, once a page: a grid need not wait for them. Whether they came. */
export async function styled(address) {
  if (document.querySelector(`link[href="${address}"]`)?.sheet) return true;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  document.head.append(link);
  return new Promise((done) => {
    link.addEventListener("load", () => done(true));
    link.addEventListener("error", () => done(false));
  });
}

/* A PhotoSwipe that fills the stage. */
export function begin(PhotoSwipe, stage, items, index) {
  const swipe = new PhotoSwipe({
    ...PLAIN,
    dataSource: items,
    index,
    appendToEl: stage,
    errorMsg: stage.dataset.failed,
    zoomAnimationDuration: calm.matches ? 0 : 250,
    getViewportSizeFn: () => ({ x: stage.clientWidth, y: stage.clientHeight }),
    paddingFn: padding,
  });
  // It counts from the window's corner; this stage may stand anywhere.
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

/* Whole again. */
export function fit({ currSlide: slide, options }) {
  slide.zoomTo(slide.zoomLevels.initial, undefined, options.zoomAnimationDuration);
}

const STEP_PX = 120;
const WAYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/* Show more of a zoomed image on the side of an arrow key. */
export function pan({ currSlide: slide }, key) {
  const [x, y] = WAYS[key];
  slide.panTo(slide.pan.x + x * STEP_PX, slide.pan.y + y * STEP_PX);
}
