// Arranging a room's page without leaving it: the buttons take effect at once, and what stands beside the picture is made
// wider by dragging. Loaded once somebody opens the buttons.

/** Percent of the page, as the sheet has them. */
const WIDTH = { least: 20, most: 60, step: 5 };
/** How long after the last press of a key the width is kept. */
const SETTLED_MS = 400;

const page = document.documentElement;
const room = document.querySelector(".room");
const arrange = document.getElementById("arrange");
const divider = document.createElement("div");

arrange.addEventListener("submit", (event) => {
  event.preventDefault();
  change(event.submitter.value);
});

divider.className = "divider";
divider.tabIndex = 0;
for (const [name, value] of Object.entries({
  role: "separator",
  "aria-orientation": "vertical",
  "aria-label": arrange.querySelector("[data-wide]").dataset.wide,
  "aria-valuemin": WIDTH.least,
  "aria-valuemax": WIDTH.most,
})) divider.setAttribute(name, value);
room.append(divider);
tell();
new ResizeObserver(tell).observe(room);

divider.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  divider.focus();
  // Also while the pointer is over a frame.
  divider.setPointerCapture(event.pointerId);
});
divider.addEventListener("pointermove", ({ clientX, pointerId }) => {
  if (!divider.hasPointerCapture(pointerId)) return;
  const { left, right, width } = room.getBoundingClientRect();
  show(((page.dataset.side === "start" ? clientX - left : right - clientX) / width) * 100);
});
divider.addEventListener("pointerup", keep);

let timer;
divider.addEventListener("keydown", (event) => {
  const wider = page.dataset.side === "start" ? "ArrowRight" : "ArrowLeft";
  const narrower = page.dataset.side === "start" ? "ArrowLeft" : "ArrowRight";
  const to = { [wider]: now() + WIDTH.step, [narrower]: now() - WIDTH.step, Home: WIDTH.least, End: WIDTH.most }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show(to);
  clearTimeout(timer);
  timer = setTimeout(keep, SETTLED_MS);
});

/** How wide it is, in percent. */
function now() {
  const beside = getComputedStyle(room).gridTemplateColumns.split(" ").map(parseFloat);
  const px = page.dataset.side === "start" ? beside[0] : beside.at(-1);
  return Math.round((px / room.clientWidth) * 100);
}

function show(percent) {
  const steps = Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, percent)) / WIDTH.step);
  page.dataset.wide = steps * WIDTH.step;
  tell();
}

function tell() {
  divider.setAttribute("aria-valuenow", page.dataset.wide ?? Math.min(WIDTH.most, Math.max(WIDTH.least, now())));
}

function keep() {
  if (page.dataset.wide) change(`wide-${page.dataset.wide}`);
}

/** Has the browser keep it, and shows the page as the node would make it now. */
async function change(what) {
  const form = arrange.querySelector("form");
  const body = new URLSearchParams(new FormData(form));
  body.append("change", what);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const panels = (document) => [...document.querySelectorAll(".room > section, .room > .facts")].map(({ className }) => className.split(" ")[0]);
  // What is only hidden or shown, or made wider, needs no other page; another order does.
  const hidden = fresh.documentElement.dataset.hidden ?? "";
  const there = panels(document).filter((name) => !hidden.split(" ").includes(name));
  if (panels(fresh).join() !== there.join()) {
    history.replaceState(null, "", answer.url);
    return location.reload();
  }
  for (const { name } of [...page.attributes]) if (name.startsWith("data-")) page.removeAttribute(name);
  for (const { name, value } of fresh.documentElement.attributes) page.setAttribute(name, value);
  const focused = document.activeElement.value;
  form.replaceWith(fresh.querySelector("#arrange form"));
  // A button that says something else now stands where the old one did.
  const again = focused?.replace(/^(hide|show)-/, "");
  const button = [...arrange.querySelectorAll("button")].find(({ value }) => value === focused || (again !== focused && value.endsWith(`-${again}`)));
  button?.focus();
  tell();
}
