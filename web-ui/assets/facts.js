// What changes around the picture: taken from the server as HTML it has escaped, and put in place part by part.

/** How long to wait before a stream of events that the browser gave up is opened again. */
const REOPEN_MS = 5000;

/**
 * Puts the parts of `html` (elements with `data-part`) in place of those in `target`; unchanged ones are not touched,
 * so that focus, selection and scrolling in them stay. Returns the names of the changed ones.
 */
export function place(target, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const changed = [];
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    const old = target.querySelector(`[data-part="${name}"]`);
    if (!old || old.server === part.outerHTML) continue;
    // Compared with what the server sent last, not with what the clock has made of it since.
    part.server = part.outerHTML;
    part.since = performance.now();
    old.replaceWith(part);
    changed.push(name);
  }
  return changed;
}

/** Whether the facts in `target` say that the room is on air. */
export function isOnAir(target) {
  return target.querySelector("[data-on-air]")?.dataset.onAir === "true";
}

/** Lets the time on air in `target` run between two answers of the server. */
export function tick(target) {
  const loaded = performance.now();
  setInterval(() => {
    for (const time of target.querySelectorAll(".uptime")) {
      const since = time.closest("[data-part]").since ?? loaded;
      const secs = Number(time.dataset.secs) + Math.floor((performance.now() - since) / 1000);
      const text = uptime(secs, time.dataset.day);
      if (time.textContent !== text) time.textContent = text;
    }
  }, 1000);
}

/** As the server writes it: `12:03`, `1:02:03`, `2 d 1:02:03`. */
function uptime(secs, day) {
  const [days, hours, minutes] = [Math.floor(secs / 86_400), Math.floor(secs / 3600) % 24, Math.floor(secs / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  const tail = `${days || hours ? two(minutes) : minutes}:${two(secs % 60)}`;
  return `${days ? `${days} ${day} ` : ""}${days || hours ? `${hours}:` : ""}${tail}`;
}

/**
 * Keeps `target` as the server's events say, and passes them on to it. `changed` is called after each, `lost` when the
 * room does not answer, and `back` when it does again.
 */
export function follow(url, target, { changed, lost, back }) {
  let was = true;
  let events;
  target.addEventListener("facts", ({ data }) => {
    place(target, data);
    changed();
  });
  const open = () => {
    events = new EventSource(url);
    for (const name of ["facts", "said", "caption"]) {
      events.addEventListener(name, ({ data }) => target.dispatchEvent(new MessageEvent(name, { data })));
    }
    events.addEventListener("open", () => {
      if (!was) back();
      was = true;
    });
    events.addEventListener("error", () => {
      if (was) lost();
      was = false;
      // The browser reopens a lost stream by itself, but not one that was refused.
      if (events.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
    });
  };
  open();
  // A page that is left is no longer open in the room; one that is taken from the browser's store is again.
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", ({ persisted }) => persisted && open());
}
