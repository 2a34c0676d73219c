// Measures in Chromium how far behind the camera the picture is, for each way to watch, and how soon it is there.
//
//   node glass.js WEB ROOM PAGE     the node's address, the room's id, a page that plays a file to compare with
//
// Prints a JSON object a line: { sink, behind_ms, encode_ms, first_frame_ms, own_frame_ms }, each the median; encode_ms is the
// encoder's own delay while that sink was looked at, for it changes with whatever else the machine does. first_frame_ms is from
// the click until a person sees a picture anywhere on the page, own_frame_ms until it comes from that sink's own player.
// PARLOR_API_TOKEN opens the node's interface.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from '../browser/lib/browsers.js';

const [web, id, page_of_file] = process.argv.slice(2);
const room = `/room/${id}`;
const require = createRequire(new URL('../browser/package.json', import.meta.url));
const HLS_JS = readFileSync(require.resolve('hls.js/dist/hls.min.js'), 'utf8');

/** Pictures read for each sink, after those in which the player settles. */
const SAMPLES = 90;
const SETTLE_MS = 4000;
/** Times that the first frame is waited for. */
const STARTS = 5;
/** Until a window that was just opened, and the page with the link, have nothing more to do. */
const CALM_MS = 1500;

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * Runs in the page: reads the time code of every picture that an element shows, when it shows it. For each, how old it was.
 */
async function sample({ selector, samples, settle }) {
  const element = document.querySelector(selector);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const read = () => {
    const width = element.videoWidth ?? element.naturalWidth;
    const square = Math.floor(width / 40);
    if (!square) return null;
    canvas.width = width;
    canvas.height = 1;
    context.drawImage(element, 0, Math.floor(square / 2), width, 1, 0, 0, width, 1);
    const { data } = context.getImageData(0, 0, width, 1);
    const bits = Array.from({ length: 40 }, (_, at) => (data[4 * Math.floor((at + 0.5) * square) + 1] >= 126 ? 1 : 0));
    if (bits.slice(0, 4).join('') !== '1010') return null;
    const number = bits.slice(4, 36).reduce((sum, bit) => sum * 2 + bit, 0);
    let sum = 0;
    for (let shift = 0; shift < 32; shift += 4) sum ^= (number >>> shift) & 15;
    return bits.slice(36).reduce((total, bit) => total * 2 + bit, 0) === sum ? number : null;
  };
  const next = () => new Promise((resolve) => {
    if (element.requestVideoFrameCallback) element.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
  const until = performance.now() + settle;
  const ages = [];
  let last = null;
  while (ages.length < samples) {
    await next();
    const now = Date.now() % 2 ** 32;
    const code = read();
    if (code === null || code === last) continue;
    last = code;
    if (performance.now() > until) ages.push((now - code + 2 ** 32) % 2 ** 32);
  }
  return ages;
}

/**
 * Runs before the page's own scripts: notes when a picture was first on the screen, since the navigation began, and when the
 * player first had one, which the page's own picture (`#plain`) goes before.
 */
function watchFirstFrame() {
  const seen = new WeakSet();
  const look = () => {
    for (const video of document.querySelectorAll('video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback((now) => {
        window.firstFrame ??= now;
        if (video.id !== 'plain') window.ownFrame ??= now;
      });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

const launched = await chromium();
const own = `${web}/bench/page`;
const door = `${web}/bench/door`;
const video = (src) => `<video autoplay muted playsinline src="${src}"></video>`;
const hls = `<video autoplay muted playsinline></video><script src="/bench/hls.js"></script><script>
  const hls = new Hls({ lowLatencyMode: true });
  hls.loadSource('${room}/live.m3u8');
  hls.attachMedia(document.querySelector('video'));
</script>`;

/**
 * What is measured: the room's page with the way to watch that a visitor chose before (`way`), or a page of the test (`html`).
 * `is` runs in the page and says whether it really plays in that way: a player that fell back would pass for another.
 */
const SINKS = [
  { sink: 'file', url: page_of_file, first: true },
  { sink: 'WHEP', url: web + room, way: 'fast', selector: '#video', first: true, is: (v) => v.srcObject !== null },
  { sink: 'MSE', url: web + room, way: 'smooth', selector: '#video', first: true, is: (v) => !v.srcObject && v.src.startsWith('blob:') },
  { sink: 'live.mp4', url: own, html: video(`${room}/live.mp4`), selector: 'video', first: true, is: (v) => v.src.includes('/live.mp4') },
  { sink: 'LL-HLS', url: own, html: hls, selector: 'video', first: true, is: (v) => v.src.startsWith('blob:') },
  { sink: 'MJPEG, 30 fps', url: own, html: `<img src="${room}/live.mjpeg?fps=30">`, selector: 'img', is: (v) => v.src.includes('fps=30') },
];

/** Opens a sink in a browser context of its own: by a click on the room in the lobby, or on a link where there is no room's page. */
async function start({ url, html, way }) {
  const page = await (await launched.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.addInitScript(watchFirstFrame);
  // As the page itself remembers it, so that the first thing it plays is this.
  if (way) await page.addInitScript((chosen) => localStorage.setItem('parlor.watch', JSON.stringify({ way: chosen })), way);
  await page.route(own, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><body>${html}` }));
  await page.route(`${web}/bench/hls.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: HLS_JS }));
  const link = `<!doctype html><body><a href="${url}">Watch</a>`;
  await page.route(door, (route) => route.fulfill({ contentType: 'text/html', body: link }));
  await page.goto(way ? `${web}/` : door);
  await page.waitForTimeout(CALM_MS);
  await page.locator(way ? '.room-card a' : 'a').first().click({ noWaitAfter: true });
  await page.waitForURL(url, { waitUntil: 'commit' });
  return page;
}

/** The encoder's own delay as the node measures it, again and again until `done`: its median over that very time. */
async function encoderDelay(done) {
  const headers = { authorization: `Bearer ${process.env.PARLOR_API_TOKEN}` };
  const values = [];
  let over = false;
  done.finally(() => { over = true; });
  while (!over) {
    const status = await (await fetch(`${web}/api/v1/status`, { headers })).json();
    values.push(status.engine.encode_delay_ms);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
  }
  return median(values);
}

const results = new Map(SINKS.map(({ sink }) => [sink, { sink, behind_ms: null, encode_ms: null, first_frame_ms: null, own_frame_ms: null }]));

// In turn, so that whatever else the machine does falls on all of them alike.
const starts = new Map(SINKS.filter(({ first }) => first).map(({ sink }) => [sink, []]));
for (let round = 0; round < STARTS; round += 1) {
  for (const sink of SINKS.filter(({ first }) => first)) {
    const page = await start(sink);
    const took = await page.waitForFunction(() => window.ownFrame && [window.firstFrame, window.ownFrame]);
    starts.get(sink.sink).push(await took.jsonValue());
    await page.context().close();
  }
}
for (const [sink, took] of starts) {
  const [first_frame_ms, own_frame_ms] = [0, 1].map((which) => median(took.map((times) => times[which])));
  Object.assign(results.get(sink), { first_frame_ms, own_frame_ms });
}

for (const sink of SINKS.filter(({ selector }) => selector)) {
  const page = await start(sink);
  await page.waitForSelector(sink.selector);
  const sampled = page.evaluate(sample, { selector: sink.selector, samples: SAMPLES, settle: SETTLE_MS });
  const [ages, encode_ms] = await Promise.all([sampled, encoderDelay(sampled)]);
  if (!(await page.locator(sink.selector).evaluate(sink.is))) throw new Error(`${sink.sink} was played in another way`);
  Object.assign(results.get(sink.sink), { behind_ms: median(ages), encode_ms });
  await page.context().close();
}
for (const result of results.values()) console.log(JSON.stringify(result));
await launched.close();
