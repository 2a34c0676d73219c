// Captions over the picture, each while that picture is seen to which it belongs. Loaded only for who wants captions.

/** One that would have to wait longer is shown at once: a clock is wrong. It tells what was said within half a minute. */
const MAX_WAIT_MS = 40_000;

const { room } = document.getElementById("stage").dataset;
const line = document.getElementById("captions");
const latency = document.getElementById("latency");

/** How far the host's clock is ahead of this one, in ms, and how long its answer took. */
let ahead = 0;
const asked = Date.now();
fetch(`${room}/clock`, { cache: "no-store" }).then(async (answer) => {
  if (answer.ok) ahead = (await answer.json()).now_ms - (asked + Date.now()) / 2;
}, () => {});

let gone;
document.getElementById("facts").addEventListener("caption", ({ data }) => {
  const { at, lasts_ms, text } = JSON.parse(data);
  const wait = at + Number(latency.dataset.ms ?? 0) - (Date.now() + ahead);
  setTimeout(() => {
    line.textContent = text;
    clearTimeout(gone);
    gone = setTimeout(() => (line.textContent = ""), lasts_ms);
  }, wait < MAX_WAIT_MS ? wait : 0);
});
