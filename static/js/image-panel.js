/* What stands around an image comes anew while somebody is at work there. */

const isHere = (target) => target.id === "image-about";

/* A press that is on its way stays in the page until it is answered: only there is the answer heard,
   and whatever is to be pressed after it. */
function keepPress(form, viewer) {
  form.hidden = true;
  form.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
  viewer.append(form);
  form.addEventListener("htmx:afterRequest", () => {
    setTimeout(() => form.matches(".htmx-request") || form.remove());
  });
}

/* What was pressed may be gone: the keys go on at what bears its name, or in its part of the panel. */
let held = null;

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (!isHere(target)) return;
  const { activeElement: active } = document;
  const part = active.closest(".panel__part")?.getAttribute("aria-labelledby");
  held = target.contains(active) ? { id: active.id, part } : null;
  for (const form of target.querySelectorAll("form.htmx-request")) {
    keepPress(form, target.parentElement);
  }
});

document.addEventListener("htmx:afterSwap", () => {
  const { id, part } = held ?? {};
  held = null;
  if (document.activeElement !== document.body) return;
  const within = part && document.getElementById(part)?.closest(".panel__part");
  const others = within?.querySelectorAll("a, summary, button, textarea") ?? [];
  const named = id ? document.getElementById(id) : null;
  const found = [named, ...others].find((control) => control?.checkVisibility());
  found?.focus({ preventScroll: true });
});
