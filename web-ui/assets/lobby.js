// The lobby: filters in place, and keeps the cards as the node knows them.

import { tick } from "./facts.js";
import { morph } from "./morph.js";

/** How often the cards are asked for while the page is seen. */
const POLL_MS = 5000;
/** A search begins once nothing was typed for so long. */
const TYPED_MS = 250;

const cards = document.getElementById("cards");
const filter = document.getElementById("filter"); // the host alone has one
let asking = new AbortController();
let timer;

tick(cards);
filter?.addEventListener("input", ({ target }) => later(target.type === "search" ? TYPED_MS : 0, narrow));
filter?.addEventListener("submit", (event) => {
  event.preventDefault();
  later(0, narrow);
});
document.addEventListener("visibilitychange", () => later(0));
later(POLL_MS);

/** Asks again after `ms`, and then ever again; what was under way is not waited for. */
function later(ms, before = () => {}) {
  asking.abort();
  clearTimeout(timer);
  timer = setTimeout(async () => {
    before();
    asking = new AbortController();
    const { signal } = asking;
    if (!document.hidden) await refresh(signal).catch(() => {});
    if (!signal.aborted) later(POLL_MS);
  }, ms);
}

async function refresh(signal) {
  const answer = await fetch(cards.dataset.poll + location.search, { signal });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("cards");
  // The attributes are the page's own; only what stands within is the server's.
  for (const { name, value } of cards.attributes) fresh.setAttribute(name, value);
  morph(cards, fresh);
  cards.since = performance.now();
}

/** What the form says stands in the address too, so that it can be kept and sent. */
function narrow() {
  const wanted = new URLSearchParams([...new FormData(filter)].filter(([, value]) => value));
  history.replaceState(null, "", wanted.size ? `/?${wanted}` : "/");
}
