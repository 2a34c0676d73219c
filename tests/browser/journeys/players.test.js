// Players that are not ours: the browsers' own on live.mp4, and hls.js on the playlist.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { firefox } from '../lib/browsers.js';
import { HANG_MS, journey, until } from '../lib/journey.js';
import { PlainFirefox } from '../lib/marionette.js';
import { Node } from '../lib/node.js';
import { moves, picture, plays } from '../lib/pages.js';
import { advances, codeInImage, screenshotCode, shown } from '../lib/timecode.js';

const HLS_JS = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8');

/** Serves a page of the test's own from the node's origin, so that it may read what the node sends. */
async function serve(page, node, body) {
  const page_url = node.url('/a-page-of-the-test');
  await page.route(page_url, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><link rel="icon" href="data:,">${body}` }));
  await page.goto(page_url);
}

journey('hls.js plays the low-latency playlist', async ({ node, page }) => {
  await page.route('**/hls.js', (route) => route.fulfill({ contentType: 'text/javascript', body: HLS_JS }));
  await serve(page, node, '<script src="/hls.js"></script><video id="v" muted></video>');
  await page.evaluate((address) => {
    window.faults = [];
    const hls = new window.Hls({ lowLatencyMode: true });
    hls.on(window.Hls.Events.ERROR, (_, data) => data.fatal && window.faults.push(`${data.type}: ${data.details}`));
    hls.loadSource(address);
    hls.attachMedia(document.getElementById('v'));
    hls.on(window.Hls.Events.MANIFEST_PARSED, () => document.getElementById('v').play());
    hls.on(window.Hls.Events.FRAG_LOADED, (_, data) => { window.parts = (window.parts ?? 0) + (data.part ? 1 : 0); });
  }, `${node.room}/live.m3u8`);
  const video = page.locator('#v');
  await advances(() => shown(video), 'hls.js', 10);
  await plays(video, 'hls.js');
  assert.deepEqual(await page.evaluate(() => window.faults), []);
  await until(() => page.evaluate(() => window.parts), (parts) => parts > 5, 'parts, not whole segments');
}, { scripts: [true] });

journey('Firefox plays the plain stream', async ({ node, page }) => {
  await serve(page, node, `<video id="v" autoplay muted controls width="640" height="360" src="${node.room}/live.mp4"></video>`);
  await advances(() => screenshotCode(page, page.locator('#v')), 'live.mp4 in Firefox');
}, { scripts: [true], browser: firefox });

journey('Firefox plays the room', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room in Firefox');
  await plays(picture(page, js), 'the room in Firefox');
}, { scripts: [true], browser: firefox });

for (const [name, query, selector] of [
  ['plays the room', '', '#plain'],
  ['shows pictures only', '?watch=mjpeg&fps=10', 'noscript img[src*=mjpeg]'],
]) {
  test(`Firefox ${name} (without JavaScript)`, { timeout: 2 * HANG_MS }, async () => {
    const node = await Node.start();
    const browser = await PlainFirefox.start(1280, 900);
    try {
      await browser.goto(node.url(node.room + query));
      // The place anew for each look: styles and the picture's size come after the element.
      const look = async () => {
        const box = await browser.box(selector).catch(() => null);
        return box && codeInImage(await browser.screenshot(), box);
      };
      await advances(look, name);
    } finally {
      await browser.close();
      await node.stop();
    }
  });
}
