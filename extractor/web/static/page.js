// What several pages need: saying something to screen readers, asking the server.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Have a screen reader say something. */
export function say(text) {
  const place = $("#said");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

/** The document behind an address; an Error where the server does not give one. */
export async function page(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  if (!answer.ok) throw new Error(String(answer.status));
  return { url: answer.url, document: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

/** The form token that every request that writes has to carry. */
export const token = () => $('meta[name="csrf-token"]').content;
