// A visitor: from the lobby into the room, watching in every way that there is.

import assert from 'node:assert/strict';

import { open } from '../../lib/browsers.js';
import { journey, until } from '../../lib/journey.js';
import { look } from '../../lib/look.js';
import { facts, logIn, moves, picture, plays } from '../../lib/pages.js';
import { advances, shown } from '../../lib/timecode.js';

journey('from the lobby into the room, which plays', async ({ node, page, js }) => {
  await page.goto(node.url('/'));
  await page.getByText('On air', { exact: true }).waitFor();
  await page.locator('.room-card a').first().click();
  await page.waitForURL(`**${node.room}`);
  await moves(page, js, 'the room');
  await plays(picture(page, js), 'the room');
  await facts(page, js).getByText('On air', { exact: true }).waitFor();
  await facts(page, js).getByText('1 watching').waitFor();
  await facts(page, js).getByText('you', { exact: true }).waitFor();
});

/** Holds back what the player asks for (the page's own picture names a lead); gives what releases it. */
async function holdPlayer(page) {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route(/\/(whep|live\.mp4)\?quality=video$/, async (route) => {
    await released;
    await route.continue().catch(() => {}); // the player has given that one up
  });
  return release;
}

journey('the page has a picture before the player, which then takes its place', async ({ node, page }) => {
  const release = await holdPlayer(page);
  await page.goto(node.url(node.room));
  const [plain, video] = [page.locator('#plain'), page.locator('#video')];
  await advances(() => shown(plain), 'the picture before the player');
  assert.equal(await video.evaluate((element) => element.readyState), 0, 'the player has none yet');
  const viewers = async () => (await node.status()).viewers;
  assert.equal(await viewers(), 1);
  release();
  await plain.waitFor({ state: 'detached' });
  await moves(page, true, 'the player');
  assert.equal(await viewers(), 1);
  // The node counts whoever has a stream: one that had gone on would be left.
  await page.getByRole('button', { name: 'Stop watching' }).click();
  await until(viewers, (count) => count === 0, 'the end of both streams');
}, { scripts: [true] });

journey('sound and full screen that are chosen before the player has a picture stay', async ({ node, page }) => {
  const release = await holdPlayer(page);
  await page.goto(node.url(node.room));
  const [plain, video] = [page.locator('#plain'), page.locator('#video')];
  await advances(() => shown(plain), 'the picture before the player');
  await page.locator('#mute').click();
  await page.locator('#fullscreen').click();
  const full = () => page.evaluate(() => document.fullscreenElement?.contains(document.getElementById('video')));
  await until(full, Boolean, 'full screen');
  await advances(() => shown(plain), 'the picture in full screen');
  release();
  await plain.waitFor({ state: 'detached' });
  await moves(page, true, 'the player in full screen');
  assert.equal(await full(), true);
  assert.deepEqual(await video.evaluate(({ muted, volume }) => ({ muted, volume })), { muted: false, volume: 1 });
  await plays(video, 'the player, with sound');
}, { scripts: [true] });

journey('the page has a picture where the player cannot be loaded', async ({ node, page }) => {
  await page.route('**/player.js', (route) => route.abort());
  await page.goto(node.url(node.room));
  await advances(() => shown(page.locator('#plain')), 'the picture without a player');
}, { scripts: [true], expected: [/ERR_FAILED/] });

journey('pictures only, at a chosen rate', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  if (js) {
    await page.locator('#way').selectOption('stills');
    await page.locator('#fps').fill('5');
    await page.locator('#fps').blur();
    await page.locator('#stills').waitFor();
  } else {
    await page.getByLabel('Pictures only').check();
    await page.getByLabel('Pictures a second').fill('5');
    await page.getByRole('button', { name: 'Watch like this' }).click();
    await page.waitForURL('**/*watch=mjpeg*');
  }
  const source = await until(() => picture(page, js).getAttribute('src'), (src) => src?.includes('fps=5'), 'the rate');
  assert.match(source, /\/live\.mjpeg\?/);
  await moves(page, js, 'pictures only');
  if (!js) return;
  await page.reload();
  await page.locator('#plain').waitFor({ state: 'detached' });
  await moves(page, js, 'pictures only, as remembered');
});

journey('the small quality', async ({ node, page, js }) => {
  const choice = page.locator(js ? '#quality' : 'noscript select[name=quality]');
  await page.goto(node.url(node.room));
  // The small picture comes a little after the other. Without scripts a page offers what there was when it was loaded.
  if (js) await choice.waitFor();
  else {
    await until(async () => {
      if (await choice.count() === 0) await page.reload();
      return choice.count();
    }, (count) => count > 0, 'two qualities');
  }
  await moves(page, js, 'the full quality');
  const lines = () => picture(page, js).evaluate((video) => video.videoHeight);
  assert.equal(await lines(), 360);
  await choice.selectOption('video-small');
  if (!js) await page.getByRole('button', { name: 'Watch like this' }).click();
  await until(lines, (height) => height > 0 && height < 360, 'the small quality');
  await plays(picture(page, js), 'the small quality');
  if (!js) return;
  await page.reload();
  await page.locator('#plain').waitFor({ state: 'detached' });
  await until(lines, (height) => height > 0 && height < 360, 'the small quality, as remembered');
  await moves(page, js, 'the small quality, as remembered');
});

journey('fast is WHEP, and the latency is shown', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await page.locator('#way').selectOption('fast');
  await until(() => page.locator('#video').evaluate((video) => video.srcObject !== null), Boolean, 'WHEP');
  await moves(page, js, 'WHEP');
  await until(() => page.locator('#latency').textContent(), (text) => /\d/.test(text), 'the latency');
  const tracks = await page.locator('#video').evaluate((video) => video.srcObject.getTracks().map((track) => track.kind).sort());
  assert.deepEqual(tracks, ['audio', 'video']);
}, { scripts: [true] });

journey('smooth is MSE, and the latency is shown', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await page.locator('#way').selectOption('smooth');
  const video = page.locator('#video');
  await until(() => video.evaluate((element) => element.srcObject === null && element.src), (src) => /^blob:/.test(src), 'MSE');
  await moves(page, js, 'MSE');
  await plays(video, 'MSE');
  await until(() => page.locator('#latency').textContent(), (text) => /\d/.test(text), 'the latency');
}, { scripts: [true] });

journey('a browser without MSE and WebRTC gets the plain stream', async ({ node, page, js }) => {
  await page.addInitScript(() => {
    for (const name of ['MediaSource', 'ManagedMediaSource', 'RTCPeerConnection', 'webkitRTCPeerConnection']) delete window[name];
  });
  await page.goto(node.url(node.room));
  await until(() => page.locator('#video').evaluate((video) => video.src), (src) => src.includes('/live.mp4'), 'live.mp4');
  await moves(page, js, 'the plain stream');
}, { scripts: [true] });

journey('sound can be turned on, by keyboard too', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  const knob = page.locator('#mute');
  await knob.focus();
  const muted = () => page.locator('#video').evaluate((video) => video.muted);
  const before = await muted();
  await page.keyboard.press('Enter');
  await until(muted, (now) => now !== before, 'the sound');
}, { scripts: [true] });

journey('off air the page says so, and on air it plays again by itself', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  await node.setOnAir(false);
  await page.locator('#slate').waitFor();
  await facts(page, js).getByText('Off air', { exact: true }).waitFor();
  await node.setOnAir(true);
  await moves(page, js, 'the room once it is on air again');
  await page.locator('#slate').waitFor({ state: 'hidden' });
}, { scripts: [true], expected: [/404/] });

journey('a room for adults asks first', async ({ node, page, context, js }) => {
  const desk = await open(await context.browser().newContext({ javaScriptEnabled: js }), node);
  await logIn(desk, node);
  await desk.getByLabel('For adults only (18+)').check();
  await desk.getByRole('button', { name: 'Change the card' }).click();
  await desk.getByText('The card is changed').waitFor();
  assert.equal((await page.request.get(node.url(node.room))).headers().rating, 'RTA-5042-1996-1400-1577-RTA', 'filters know it');
  await page.goto(node.url(node.room));
  await page.getByRole('heading', { name: 'This room is for adults' }).waitFor();
  assert.equal(await page.locator('video').count(), 0);
  await look(page, 'gate', js);
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await page.getByText('You answered that it is not for you.').waitFor();
  await page.getByRole('button', { name: /I am 18 or older/ }).click();
  await moves(page, js, 'the room');
}, { firefox: true });

journey('an address that leads nowhere says what to do', async ({ node, page }) => {
  const answer = await page.goto(node.url('/room/nowhere'));
  assert.equal(answer.status(), 404);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Back to the lobby' }).click();
  await page.waitForURL(node.url('/'));
}, { expected: [/404/] });
