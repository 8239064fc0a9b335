// Which words made which value: pointing at one lights up the other, a click goes there.
import { $, $$, page, say } from "./page.js";

const paper = $("#paper");
const marksOf = new Map();
for (const mark of $$(".m", paper))
  for (const name of mark.dataset.items.split(" ")) {
    if (!marksOf.has(name)) marksOf.set(name, []);
    marksOf.get(name).push(mark);
  }
const cardOf = (name) => document.getElementById(name);
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true");
document.body.append(tip);
let kept = new Set($$(".item.lit").map((card) => card.id));

function light(names) {
  for (const lit of $$(".lit")) lit.classList.remove("lit");
  for (const name of names) {
    cardOf(name)?.classList.add("lit");
    for (const mark of marksOf.get(name) ?? []) mark.classList.add("lit");
  }
}

/** The smallest items of a mark come last; of those with a card, the smallest is meant. */
const meant = (mark) => mark.dataset.items.split(" ").filter((name) => cardOf(name)).at(-1);

/** Scroll the pane around an element or a range, or the page where panes do not scroll, so that it can be seen. */
function reveal(what, behavior = "smooth") {
  if (!what) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) behavior = "auto";
  const pane = (what.closest ? what : what.startContainer.parentElement).closest(".pane");
  const { top } = what.getBoundingClientRect();
  if (pane.scrollHeight <= pane.clientHeight + 1) scrollBy({ top: top - innerHeight / 3, behavior });
  else pane.scrollTo({ top: top - pane.getBoundingClientRect().top + pane.scrollTop - pane.clientHeight / 3, behavior });
}

function tell(mark, x, y) {
  const lines = mark.dataset.items.split(" ").map(cardOf).filter(Boolean).slice(-3).reverse().map((card) => {
    const line = document.createElement("p"), name = document.createElement("b");
    const title = $(".item__title", card)?.textContent.trim() ?? card.textContent.trim();
    name.textContent = (card.closest(".part")?.querySelector("h2")?.firstChild.textContent.trim() ?? "") + ": ";
    line.append(name, title.length > 160 ? title.slice(0, 160) + "…" : title);
    const why = $(".why p", card)?.textContent.trim();
    if (!why) return [line];
    const because = document.createElement("p");
    because.className = "muted";
    because.textContent = why;
    return [line, because];
  });
  if (!lines.length) { tip.hidden = true; return; }
  tip.replaceChildren(...lines.flat());
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(x - width / 2, innerWidth - width - 8))}px`;
  tip.style.top = `${y + 22 + height < innerHeight ? y + 22 : Math.max(8, y - height - 14)}px`;
}

paper.addEventListener("pointermove", (event) => {
  const mark = event.target.closest(".m");
  if (!mark || event.pointerType === "touch") { tip.hidden = true; return; }
  tell(mark, event.clientX, event.clientY);
});
paper.addEventListener("pointerover", (event) => {
  const mark = event.target.closest(".m");
  light(mark ? [meant(mark) ?? mark.dataset.items.split(" ").at(-1)] : kept);
});
paper.addEventListener("pointerleave", () => { tip.hidden = true; light(kept); });
paper.addEventListener("focusin", (event) => {
  const mark = event.target.closest(".m");
  if (!mark) return;
  const box = mark.getBoundingClientRect();
  light([meant(mark)]);
  tell(mark, box.left + Math.min(box.width / 2, 120), box.bottom - 18);
});
paper.addEventListener("focusout", () => { tip.hidden = true; light(kept); });
paper.addEventListener("click", (event) => {
  const mark = event.target.closest(".m");
  const name = mark && meant(mark);
  if (!name) return;
  event.preventDefault();
  keep(name, true);
  reveal(cardOf(name));
  $("a[data-words]", cardOf(name))?.focus({ preventScroll: true });
});

function keep(name, push) {
  kept = new Set([name]);
  light(kept);
  if (push) {
    const here = new URL(location);
    here.searchParams.set("item", name);
    here.hash = name;
    history.replaceState({}, "", here);
  }
}

const record = $(".pane--record");
const itemAt = (target) => target.closest("[data-item]")?.dataset.item;
record.addEventListener("pointerover", (event) => { const name = itemAt(event.target); light(name ? [name] : kept); });
record.addEventListener("pointerleave", () => light(kept));
record.addEventListener("focusin", (event) => { const name = itemAt(event.target); if (name) light([name]); });
record.addEventListener("click", async (event) => {
  const words = event.target.closest("[data-words]"), more = event.target.closest("[data-more]");
  if (words) {
    event.preventDefault();
    keep(words.dataset.words, true);
    const first = marksOf.get(words.dataset.words)?.[0];
    reveal(first);
    say(marksOf.get(words.dataset.words)?.map((mark) => mark.textContent).join("") ?? "");
  } else if (more) {
    event.preventDefault();
    more.setAttribute("aria-busy", "true");
    try {
      const found = (await page(more.href)).document.getElementById("reasons");
      found.removeAttribute("id");
      more.parentElement.replaceWith(found);
      say(found.textContent.trim());
    } catch { location.assign(more.href); }
  }
});

/** Show the item that the address names, on both sides; the browser itself would only scroll to its value. */
function arrive() {
  const [name] = kept;
  light(kept);
  const first = marksOf.get(name)?.[0], card = cardOf(name), pane = card?.closest(".pane");
  reveal(first, "auto");
  reveal(card, "auto");
  if (pane && pane.scrollHeight > pane.clientHeight + 1) scrollTo({ top: 0, behavior: "instant" });
}
if (kept.size) {
  if (document.readyState === "complete") arrive();
  else addEventListener("load", () => requestAnimationFrame(arrive));
}

/** The words that led here from the search, marked where they stand, with or without tone marks. */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const MOST = 500, LONGEST = 500_000;

function places(asked) {
  const words = folded(asked).match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!words.length || paper.textContent.length > LONGEST) return [];
  const nodes = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT), at = [];
  let text = "";
  while (nodes.nextNode())
    for (let i = 0; i < nodes.currentNode.length; i++)
      for (const letter of folded(nodes.currentNode.data[i])) { text += letter; at.push([nodes.currentNode, i]); }
  const found = (pattern) => [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, "gu"))];
  let hits = found(words.join("[^\\p{L}\\p{N}]{1,3}"));
  if (!hits.length) hits = found(words.join("|"));
  return hits.slice(0, MOST).map((hit) => {
    const range = new Range(), [last, end] = at[hit.index + hit[0].length - 1];
    range.setStart(...at[hit.index]);
    range.setEnd(last, end + 1);
    return range;
  });
}

const asked = new URL(location).searchParams.get("q");
if (asked && CSS.highlights) {
  const found = places(asked);
  CSS.highlights.set("asked", new Highlight(...found));
  if (found.length && !kept.size && !location.hash) reveal(found[0], "auto");
  say(paper.dataset.found.replace("{}", String(found.length)));
}
