// The review by keyboard: j, k, c, e, x, u, ?. Without it the same are links and buttons.
import { $, say } from "./page.js";

const help = $("#help"), edit = $("#edit");
const doing = {
  j: () => $("a[rel=next]")?.click(),
  k: () => $("a[rel=prev]")?.click(),
  c: () => $("#confirm button")?.click(),
  x: () => $("#reject button")?.click(),
  u: () => $("#undo button:not(:disabled)")?.click(),
  e: () => { if (edit) { edit.open = true; $("textarea, input:not([type=hidden])", edit).focus(); } },
  "?": () => help.showModal(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "Escape" && typing && edit?.contains(typing)) { edit.open = false; $("summary", edit).focus(); return; }
  if (typing || help.open || !doing[event.key] || (edit?.open && "cxu".includes(event.key))) return;
  event.preventDefault();
  doing[event.key]();
});
for (const form of document.querySelectorAll("form[method=post]"))
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
const said = $("[data-say]");
if (said) setTimeout(() => say(said.textContent), 100);
if (!location.hash && !edit?.open) $("#h-value")?.focus({ preventScroll: true });
