// What is said in the picture, as text: the host types it or a program writes it, and whoever wants captions sees it.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { logIn, moves, setOnAir } from '../lib/pages.js';

/** Where captions are shown: over the picture with scripts, in a frame below it without. */
const captions = (page, js) => (js ? page.locator('#captions') : page.frameLocator('.captions-frame'));

/** Writes a caption as a program does. */
const post = (node, body, token = node.ready.api_token) =>
  fetch(node.url('/api/v1/captions'), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });

journey('what the host types is seen by whoever wants captions', async ({ node, page, context, js }) => {
  const host = await open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/422/] });
  await logIn(host, node);
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  assert.equal(await page.locator('#captions, .captions-frame').count(), 0, 'nobody has captions who does not want them');
  await page.getByRole('button', { name: 'Captions on' }).click();
  await page.getByRole('button', { name: 'Captions off' }).waitFor();
  await page.mouse.move(0, 0);
  await moves(page, js, 'the room with captions');
  if (!js) await captions(page, js).getByText('What is said in the picture stands here').waitFor();
  const field = host.getByLabel('What is said in the picture');
  const show = async (text) => {
    await field.fill(text);
    await host.getByRole('button', { name: 'Show it', exact: true }).click();
    await host.locator('#notice').getByText(text).waitFor();
  };
  const seen = captions(page, js).getByText('Good evening, and <b>welcome</b>!');
  await Promise.all([seen.waitFor(), show('Good evening, and <b>welcome</b>!')]);
  if (js) {
    assert.equal(await host.evaluate(() => document.activeElement.id), 'caption', 'the next can be typed at once');
    const [text, screen] = [await page.locator('#captions').boundingBox(), await page.locator('.screen').boundingBox()];
    assert.ok(text.y > screen.y + screen.height / 2 && text.y + text.height <= screen.y + screen.height, 'over the picture, at its foot');
    await seen.waitFor({ state: 'hidden' });
  }
  await Promise.all([captions(page, js).getByText('And another').waitFor(), show('And another')]);
  // What can't be shown is not lost.
  await setOnAir(host, false);
  await field.fill('Nobody sees this');
  await host.getByRole('button', { name: 'Show it', exact: true }).click();
  await host.getByRole('alert').getByText('The room is off air').waitFor();
  assert.equal(await field.inputValue(), 'Nobody sees this');
  await look(host, 'studio-captions', js);
  assertFaultless(host);
}, { firefox: true });

journey('a program writes captions, of which there is an end', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await page.getByRole('button', { name: 'Captions on' }).click();
  await page.getByRole('button', { name: 'Captions off' }).waitFor();
  await page.mouse.move(0, 0);
  await moves(page, js, 'the room with captions');
  if (!js) await captions(page, js).getByText('What is said in the picture stands here').waitFor();
  assert.equal((await post(node, { text: 'x' }, 'wrong')).status, 401);
  assert.equal((await post(node, { text: ' ' })).status, 422);
  assert.equal((await post(node, { text: 'x', lasts_ms: 20 })).status, 422);
  assert.equal((await post(node, { text: 'x', at: 5 })).status, 422);
  const long = 'A caption of two lines,\nwhich says a little more than fits on one of them.';
  const [answer] = await Promise.all([post(node, { text: long, at: Date.now() - 500, lasts_ms: 10_000 }), captions(page, js).getByText('which says a little more').waitFor()]);
  assert.deepEqual([answer.status, (await answer.json()).lasts_ms], [200, 10_000]);
  await page.screenshot({ path: `../output/room-captions${js ? '' : '-noscript'}.png` });
  const statuses = [];
  while (!statuses.includes(429)) statuses.push((await post(node, { text: `Number ${statuses.length}` })).status);
  assert.ok(statuses.slice(0, -1).every((status) => status === 200));
}, { firefox: true });

journey('captions look right, with large letters too', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await page.getByRole('link', { name: 'Make it fit you' }).click();
  await page.getByLabel('Captions').selectOption({ label: 'On' });
  await page.getByLabel('Size').selectOption({ label: 'Largest' });
  await page.getByRole('button', { name: 'Keep it so' }).click();
  await page.getByRole('button', { name: 'Captions off' }).waitFor();
  await page.mouse.move(0, 0);
  await moves(page, js, 'the room with captions');
  if (!js) await captions(page, js).getByText('What is said in the picture stands here').waitFor();
  await Promise.all([post(node, { text: 'And now for something that is said loud and clear.', lasts_ms: 10_000 }), captions(page, js).getByText('loud and clear').waitFor()]);
  await look(page, 'room-captions-large', js);
}, { firefox: true });
