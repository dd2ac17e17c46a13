/* The details of an image are replaced while somebody works there: requests that are under way
   finish, and the focus goes on. */

const isPanel = (target) => target.id === "image-about";

/* A form whose request is under way stays in the page until it is answered: only there does htmx
   handle the answer. */
function keepUntilAnswered(form, viewer) {
  form.hidden = true;
  for (const part of form.querySelectorAll("[id]")) part.removeAttribute("id");
  viewer.append(form);
  form.addEventListener("htmx:afterRequest", () => {
    setTimeout(() => form.matches(".htmx-request") || form.remove());
  });
}

/* The focused control may be gone: the focus goes to the one of its id, or to its part of the
   panel. */
let focused = null;

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (!isPanel(target)) return;
  const { activeElement: active } = document;
  const part = active.closest(".panel__part")?.getAttribute("aria-labelledby");
  focused = target.contains(active) ? { id: active.id, part } : null;
  for (const form of target.querySelectorAll("form.htmx-request")) {
    keepUntilAnswered(form, target.parentElement);
  }
});

document.addEventListener("htmx:afterSwap", () => {
  const { id, part } = focused ?? {};
  focused = null;
  if (document.activeElement !== document.body) return;
  const within = part && document.getElementById(part)?.closest(".panel__part");
  const others = within?.querySelectorAll("a, summary, button, textarea") ?? [];
  const same = id ? document.getElementById(id) : null;
  const next = [same, ...others].find((control) => control?.checkVisibility());
  next?.focus({ preventScroll: true });
});
