// Search while typing, filters and paging without loading the page anew. Without it all are links and a form.
import { $, page, say } from "./page.js";

const PAUSE = 250;
let latest = 0, timer = 0;

async function show(address, push) {
  const mine = ++latest, results = $("#results");
  results.classList.add("busy");
  try {
    const found = await page(address);
    if (mine !== latest) return;
    const fresh = found.document.getElementById("results");
    fold(fresh);
    results.replaceWith(fresh);
    for (const old of document.querySelectorAll("#search input[type=hidden]")) old.remove();
    $("#search").append(...found.document.querySelectorAll("#search input[type=hidden]"));
    document.title = found.document.title;
    const there = $(".top__end a[hreflang]"), other = found.document.querySelector(".top__end a[hreflang]");
    if (there && other) there.replaceWith(other);
    if (push) history.pushState({}, "", address);
    else history.replaceState({}, "", address);
    say($("[data-say]")?.textContent ?? "");
  } catch {
    if (mine === latest) location.assign(address);
  }
}

/** On a phone the filters begin closed: the results come first. */
function fold(results) {
  if (matchMedia("(max-width: 50rem)").matches)
    for (const facet of results.querySelectorAll(".facet[open]")) facet.open = false;
}
fold(document);

function addressOf(form) {
  const values = [...new FormData(form)].filter(([, value]) => value !== "");
  return "/?" + new URLSearchParams(values);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#search, #filters") || $(".hero")) return;
  event.preventDefault();
  clearTimeout(timer);
  show(addressOf(event.target), true);
});
document.addEventListener("input", (event) => {
  if (event.target.id !== "q" || $(".hero")) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const address = addressOf($("#search"));
    if (address !== "/?") show(address, false);
  }, PAUSE);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".facets a, .chosen a, .pages a, .results__head a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  if (new URL(link.href).search === "") return;
  event.preventDefault();
  const paging = link.closest(".pages");
  show(link.getAttribute("href"), true).then(() => { if (paging) window.scrollTo({ top: 0 }); });
});
addEventListener("popstate", () => location.reload());
