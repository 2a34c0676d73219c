// Players that are not ours: the browsers' own on live.mp4, and hls.js on the playlist.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { firefox } from '../../lib/browsers.js';
import { HANG_MS, journey, until } from '../../lib/journey.js';
import { PlainFirefox } from '../../lib/marionette.js';
import { Node } from '../../lib/node.js';
import { moves, picture, plays } from '../../lib/pages.js';
import { advances, between, codeInImage, decode, readSquares, screenshotCode, shown } from '../../lib/timecode.js';

const HLS_JS = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8');

/** Serves a page of the test's own from the node's origin, so that it may read what the node sends. */
async function serve(page, node, body) {
  const page_url = node.url('/a-page-of-the-test');
  await page.route(page_url, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><link rel="icon" href="data:,">${body}` }));
  await page.goto(page_url);
}

/** A page in which hls.js plays the room, part by part or in whole segments. */
async function playHlsJs(page, node, lowLatencyMode) {
  await page.route('**/hls.js', (route) => route.fulfill({ contentType: 'text/javascript', body: HLS_JS }));
  await serve(page, node, '<script src="/hls.js"></script><video id="v" muted></video>');
  await page.evaluate(([address, lowLatencyMode]) => {
    window.faults = [];
    const hls = (window.hls = new window.Hls({ lowLatencyMode }));
    hls.on(window.Hls.Events.ERROR, (_, data) => data.fatal && window.faults.push(`${data.type}: ${data.details}`));
    hls.loadSource(address);
    hls.attachMedia(document.getElementById('v'));
    hls.on(window.Hls.Events.MANIFEST_PARSED, () => document.getElementById('v').play());
    hls.on(window.Hls.Events.FRAG_LOADED, (_, data) => { window.parts = (window.parts ?? 0) + (data.part ? 1 : 0); });
  }, [`${node.room}/live.m3u8`, lowLatencyMode]);
  const video = page.locator('#v');
  await advances(() => shown(video), 'hls.js', 10);
  return video;
}

journey('hls.js plays the low-latency playlist', async ({ node, page }) => {
  const video = await playHlsJs(page, node, true);
  await plays(video, 'hls.js');
  assert.deepEqual(await page.evaluate(() => window.faults), []);
  await until(() => page.evaluate(() => window.parts), (parts) => parts > 5, 'parts, not whole segments');
}, { scripts: [true] });

/** By how many milliseconds the time code in the picture is ahead of the player's clock: the middle of some frames' answers. */
async function codeAhead(page, video) {
  await page.evaluate(`window.readSquares = ${readSquares}`);
  const spans = [];
  while (spans.length < 5) {
    const { mediaTime, squares } = await video.evaluate((element) => new Promise((resolve) => {
      element.requestVideoFrameCallback((_, { mediaTime }) => resolve({ mediaTime, squares: window.readSquares(element) }));
    }));
    const code = squares && decode(squares);
    if (code !== null) spans.push(between(Math.round(mediaTime * 1000), code));
  }
  return spans.sort((a, b) => a - b)[2];
}

journey('hls.js shows captions beside the picture to which they belong', async ({ node, page }) => {
  const text = 'Good evening, <b>you</b>\n\n00:00:00.000 --> 99:00:00.000\n& all';
  // Part by part, hls.js 1.7 sometimes stops asking for captions in the midst of a segment.
  const video = await playHlsJs(page, node, false);
  assert.equal(await page.evaluate(() => window.hls.subtitleTrack), -1, 'nobody has captions who does not want them');
  await page.evaluate(() => { window.hls.subtitleTrack = 0; });
  const cues = () => page.evaluate(() => [...(document.getElementById('v').textTracks[0]?.activeCues ?? [])].map(
    (cue) => ({ start: cue.startTime, end: cue.endTime, text: cue.getCueAsHTML().textContent })));
  const post = await fetch(node.url('/api/v1/captions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${node.ready.api_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text, lasts_ms: 10_000 }),
  });
  const { at } = await post.json();
  const [cue, ...others] = await until(cues, (active) => active.length > 0, 'the caption');
  assert.deepEqual(others, [], 'once, though it stands in many parts');
  assert.equal(cue.text, text.replace('\n\n', '\n'));
  assert.equal(Math.round((cue.end - cue.start) * 1000), 10_000);
  const off = between(at % 2 ** 32, Math.round(cue.start * 1000) + await codeAhead(page, video));
  assert.ok(Math.abs(off) <= 100, `${off} ms beside the picture that was captured then`);
  await until(cues, (active) => active.length === 0, 'its end');
  assert.deepEqual(await page.evaluate(() => window.faults), []);
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
