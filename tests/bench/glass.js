// Measures in Chromium how far behind the camera the picture is, for each way to watch, and how soon it is there.
//
//   node glass.js WEB ROOM PAGE     the node's address, the room's id, a page that plays a file to compare with
//
// Prints a JSON object a line: { sink, behind_ms, first_frame_ms }, each the median.

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

/** Runs before the page's own scripts: notes when a picture was first on the screen, since the navigation began. */
function watchFirstFrame() {
  const seen = new WeakSet();
  const look = () => {
    for (const video of document.querySelectorAll('video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback((now) => { window.firstFrame ??= now; });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

const launched = await chromium();

/** A new page, which serves the test's own HTML at an address of the node's origin. */
async function blank(html) {
  const page = await (await launched.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.addInitScript(watchFirstFrame);
  await page.route(`${web}/bench/page`, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><body>${html}` }));
  await page.route(`${web}/bench/hls.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: HLS_JS }));
  return page;
}

async function measure(sink, url, html, { prepare = async () => {}, selector = 'video', first = true, behind = true } = {}) {
  const starts = [];
  for (let start = 0; first && start < STARTS; start += 1) {
    const page = await blank(html);
    await page.goto(url, { waitUntil: 'commit' });
    await prepare(page);
    starts.push(await (await page.waitForFunction(() => window.firstFrame)).jsonValue());
    await page.context().close();
  }
  let ages = [];
  if (behind) {
    const page = await blank(html);
    await page.goto(url, { waitUntil: 'commit' });
    await prepare(page);
    await page.waitForSelector(selector);
    ages = await page.evaluate(sample, { selector, samples: SAMPLES, settle: SETTLE_MS });
    await page.context().close();
  }
  console.log(JSON.stringify({ sink, behind_ms: behind ? median(ages) : null, first_frame_ms: first ? median(starts) : null }));
}

const choose = (way) => async (page) => {
  await page.locator('#way').selectOption(way);
};
const own = `${web}/bench/page`;
const video = (src) => `<video autoplay muted playsinline src="${src}"></video>`;

await measure('file', page_of_file, '', { behind: false });
// The room's page as a visitor opens it: the first frame counts from the click on its link.
await measure('WHEP', web + room, '', { prepare: choose('fast'), selector: '#video' });
await measure('MSE', web + room, '', { prepare: choose('smooth'), selector: '#video' });
await measure('live.mp4', own, video(`${room}/live.mp4`));
const hls = `<video autoplay muted playsinline></video><script src="/bench/hls.js"></script><script>
  const hls = new Hls({ lowLatencyMode: true });
  hls.loadSource('${room}/live.m3u8');
  hls.attachMedia(document.querySelector('video'));
</script>`;
await measure('LL-HLS', own, hls);
await measure('MJPEG, 30 fps', own, `<img src="${room}/live.mjpeg?fps=30">`, { selector: 'img', first: false });
await launched.close();
