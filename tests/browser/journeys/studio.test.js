// The host: into the studio, live, and changing things while somebody watches.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { facts, logIn, moves, setOnAir } from '../lib/pages.js';
import { PlainPage } from '../lib/plain.js';

const OFF_AIR = { args: ['--camera', 'test'] };

journey('the login link opens the studio once', async ({ node, page, context, js }) => {
  await logIn(page, node);
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  const stranger = await open(other, node, { expected: [/Failed to load resource/] });
  await stranger.goto(node.ready.studio);
  assert.equal(await stranger.getByRole('button', { name: /^Go o/ }).count(), 0, 'the link worked twice');
  await stranger.goto(node.url('/studio'));
  await stranger.getByText('one-time link').first().waitFor();
  assertFaultless(stranger);
});

journey('a password opens the studio', async ({ node, page }) => {
  await logIn(page, node);
  await page.getByLabel('Studio password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Set it' }).click();
  await page.getByText('A password is set.').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  const field = page.getByLabel('Studio password');
  await page.getByRole('button', { name: 'Open the studio' }).waitFor();
  await field.fill('wrong horse battery');
  await page.getByRole('button', { name: 'Open the studio' }).click();
  await page.getByRole('status').or(page.getByRole('alert')).or(page.locator('.notice')).first().waitFor();
  await field.fill('correct horse battery');
  await page.getByRole('button', { name: 'Open the studio' }).click();
  await page.getByRole('heading', { name: 'Studio', level: 1 }).waitFor();
}, { expected: [/Failed to load resource.*40[13]/] });

journey('the host sees themselves, goes live and off air again', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await moves(page, js, 'the host before going live');
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  const viewer = await open(other, node);
  await viewer.goto(node.url(node.room));
  await viewer.locator('#slate').waitFor();

  await setOnAir(page, true);
  assert.equal((await node.status()).on_air, true);
  if (!js) await viewer.goto(node.url(node.room));
  await moves(viewer, js, 'the viewer of a room that went live');

  await setOnAir(page, false);
  assert.equal((await node.status()).on_air, false);
  assert.equal(await page.getByLabel('Everybody on camera is an adult').count(), 0, 'it is asked once');
  if (!js) await viewer.goto(node.url(node.room));
  await viewer.locator('#slate').waitFor();
  await moves(page, js, 'the host after going off air');
  assertFaultless(viewer);
}, { start: OFF_AIR, expected: [/404/], firefox: true });

journey('the title changes while a viewer watches', async ({ node, page, context, js }) => {
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  const viewer = await open(other, node);
  await viewer.goto(node.url(node.room));
  await moves(viewer, js, 'the room');
  await logIn(page, node);
  await page.getByLabel('Title').fill('Tea & <b>biscuits</b>');
  await page.getByLabel('Description').fill('Every night at nine.');
  await page.getByLabel('Tags').fill('tea night');
  await page.getByRole('button', { name: 'Change the card' }).click();
  const seen = facts(viewer, js);
  await seen.getByRole('heading', { name: 'Tea & <b>biscuits</b>' }).waitFor();
  await seen.getByText('Every night at nine.').waitFor();
  await seen.getByText('night', { exact: true }).waitFor();
  await moves(viewer, js, 'the room after the change');
  assertFaultless(viewer);
});

journey('ways in are switched on, shown, renewed and switched off', async ({ node, page }) => {
  await logIn(page, node);
  for (const [kind, label] of [['rtmp', 'RTMP'], ['srt', 'SRT'], ['whip', 'WHIP']]) {
    await page.getByRole('button', { name: `Switch on ${label}` }).click();
    const address = page.locator(`#${kind}-address`);
    await address.waitFor();
    assert.match(await address.inputValue(), new RegExp(`^${kind === 'whip' ? 'http' : kind}://127\\.0\\.0\\.1:\\d+`));
    const key = page.locator(`#${kind}-key`);
    assert.equal(await key.isVisible(), false, 'the key is hidden until it is asked for');
    await page.getByText(`Show the ${label} key`).click();
    const first = await key.inputValue();
    assert.ok(first.length >= 20);
    await page.getByRole('button', { name: `Renew key of ${label}` }).click();
    await until(() => key.inputValue(), (value) => value !== first, 'another key');
    await page.getByRole('button', { name: `Switch off ${label}` }).click();
    await address.waitFor({ state: 'detached' });
  }
});

journey('source and quality change while live', async ({ node, page, js }) => {
  await logIn(page, node);
  await moves(page, js, 'the studio');
  await page.getByLabel('Width').fill('320');
  await page.getByLabel('Height').fill('180');
  await page.getByLabel('Frames a second').fill('30');
  await page.getByRole('button', { name: 'Change the quality' }).click();
  await until(() => node.status(), (status) => status.width === 320 && status.fps === 30, 'the quality');
  await page.getByText('A network camera or a file').click();
  await page.getByLabel('Address or path').fill('file:/nowhere.mp4');
  await page.getByRole('button', { name: 'Use it' }).last().click();
  await until(() => node.status(), (status) => status.engine.signal === 'lost', 'the lost signal');
  await facts(page, js).locator('.notice').waitFor();
});

journey('nonsense in a form is refused in a sentence', async ({ node, page }) => {
  await logIn(page, node);
  await page.getByText('A network camera or a file').click();
  await page.getByLabel('Address or path').fill('nonsense');
  await page.getByRole('button', { name: 'Use it' }).last().click();
  await page.locator('#notice .notice').waitFor();
  assert.equal((await node.status()).source, 'test');
}, { expected: [/Failed to load resource.*4\d\d/] });

journey('the engine is measured', async ({ node, page, js }) => {
  await logIn(page, node);
  const engine = facts(page, js);
  for (const name of ['Latency', 'Bitrate', 'Viewers', 'CPU', 'Memory']) {
    await engine.getByText(name, { exact: true }).first().waitFor();
  }
  await until(() => engine.locator('.engine').textContent(), (text) => text.includes('264'), 'the encoder');
});

journey('the host destroys everything, and the node ends', async ({ node, page, js }) => {
  await logIn(page, node);
  await page.getByText('Destroy everything…').click();
  await look(page, 'studio-destroy', js);
  await page.getByRole('button', { name: 'Destroy it now' }).click();
  await page.getByRole('heading', { name: 'It is destroyed' }).waitFor();
  await node.ended;
  // What is on the page is there, though nobody answers any more.
  await page.getByText('it is another room').waitFor();
  const isPlain = page instanceof PlainPage;
  if (!isPlain) {
    assert.notEqual(await page.locator('.narrow').evaluate((element) => getComputedStyle(element).maxInlineSize), 'none', 'with its style');
  }
  // Another page of it could not be loaded any more.
  if (js || isPlain) await look(page, 'destroyed', js);
}, { firefox: true });
