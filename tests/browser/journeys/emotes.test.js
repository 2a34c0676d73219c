// The host's own small pictures in the talk.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { Node } from '../lib/node.js';
import { appears, logIn, paste, said, say, send } from '../lib/pages.js';

/** A PNG of four red pixels, with a comment. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFHRFWHRDb21tZW50AHdoZXJlIGl0IHdhc6hFcOYAAAAQSURBVHicYzig4ABEDBAKACGOBIEEMzOkAAAAAElFTkSuQmCC', 'base64');

/** Makes an emote in the studio. */
async function add(host, name, buffer, mimeType = 'image/png') {
  const section = host.locator('#emotes');
  await section.getByLabel('Name').fill(name);
  await section.getByLabel('Picture').setInputFiles({ name: 'picture.png', mimeType, buffer });
  await section.getByRole('button', { name: 'Add it' }).click();
}

/** What a line says that begins so. */
const line = (page, text) => said(page).locator('.line', { hasText: text }).locator('.text');

journey('the host’s small pictures stand in lines, and nothing else of them does anything', async ({ node, page, context, js }) => {
  const host = await open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/422/] });
  await logIn(host, node);
  const section = host.locator('#emotes');
  await add(host, ':Wave:', PICTURE);
  await host.locator('#notice').getByText(':wave: is there').waitFor();
  await section.getByText(':wave:', { exact: true }).waitFor();
  // What is no name or no picture is refused, and the name stays.
  await add(host, 'wave now', PICTURE);
  await host.getByRole('alert').getByText('letters from a to z').waitFor();
  assert.equal(await section.getByLabel('Name').inputValue(), 'wave now');
  await add(host, 'script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="done=1"/>'), 'image/svg+xml');
  await host.getByRole('alert').getByText('can’t be read').waitFor();
  await page.goto(node.url(node.room));
  await send(page, 'Hello :wave: and :script: <b>:wave:</b>');
  const hello = line(page, 'Hello');
  await hello.locator('img').first().waitFor();
  assert.deepEqual(await hello.locator('img').evaluateAll((pictures) => pictures.map(({ alt }) => alt)), [':wave:', ':wave:']);
  assert.equal(await hello.textContent(), 'Hello  and :script: <b></b>');
  if (js) assert.ok(await hello.locator('img').first().evaluate((picture) => picture.decode().then(() => picture.naturalWidth === 2)));
  const answer = await page.request.get(node.url(`${node.room}/emotes/wave`));
  assert.deepEqual([answer.headers()['content-type'], answer.headers()['content-security-policy']], ['image/png', "default-src 'none'; sandbox"]);
  assert.equal((await answer.body()).includes('where it was'), false, 'it was made anew');
  assert.equal((await page.request.get(node.url(`${node.room}/emotes/script`))).status(), 404);
  // One that comes later stands in the lines from before.
  await say(page, 'Soon :late:');
  await add(host, 'late', PICTURE);
  await host.locator('#notice').getByText(':late: is there').waitFor();
  await line(page, 'Soon').locator('img[alt=":late:"]').waitFor();
  await page.goto(node.url(`${node.room}/chat/form`));
  await page.locator('.emotes summary').click();
  await page.getByText(':wave:', { exact: true }).waitFor();
  await page.goto(node.url(node.room));
  await said(page).locator('.line img').first().waitFor();
    await section.getByRole('button', { name: 'Remove wave' }).click();
  await host.locator('#notice').getByText(':wave: is gone').waitFor();
  await say(page, 'Bye :wave:');
  assertFaultless(host);
}, { firefox: true });

journey('who watches from another node sees them too', async ({ node, page, context, js }) => {
  const bootstrap = node.ready.p2p.flatMap((address) => ['--bootstrap', address]);
  const far = await Node.start({ args: ['--camera', 'test', '--live', ...bootstrap] });
  try {
    const host = await open(await context.browser().newContext({ javaScriptEnabled: js }), far);
    await logIn(host, far);
    await add(host, 'wave', PICTURE);
    await host.locator('#notice').getByText(':wave: is there').waitFor();
    const talk = await open(host.context(), far);
    await talk.goto(far.url(far.room));
    await send(talk, 'Hello :wave:');
    await line(talk, 'Hello').locator('img[alt=":wave:"]').waitFor();

    await logIn(page, node);
    await paste(page, node, far.ready.invite);
    await page.waitForURL(`**${far.room}`);
    await appears(page, js, page.locator(js ? '#video:visible' : '#plain'), 'the player');
    const picture = line(page, 'Hello').locator('img[alt=":wave:"]');
    await picture.waitFor();
    if (js) assert.ok(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth === 2)));
    const answer = await page.request.get(node.url(`${far.room}/emotes/wave`));
    assert.deepEqual([answer.status(), answer.headers()['content-type']], [200, 'image/png']);

    // What they say is a picture on both nodes, and so is what the host adds while they read.
    await send(page, 'From far away :wave:');
    await line(page, 'From far away').locator('img[alt=":wave:"]').waitFor();
    await line(talk, 'From far away').locator('img[alt=":wave:"]').waitFor();
    await add(host, 'nod', PICTURE);
    await host.locator('#notice').getByText(':nod: is there').waitFor();
    await send(talk, 'And I :nod:');
    await line(page, 'And I').locator('img[alt=":nod:"]').waitFor();
    await look(page, 'room-emotes-elsewhere', js);
    await page.goto(node.url(`${far.room}/chat/form`));
    await page.locator('.emotes summary').click();
    await page.getByText(':nod:', { exact: true }).waitFor();

    // What the host removes is gone there.
    await page.goto(node.url(far.room));
    await line(page, 'Hello').locator('img').waitFor();
    await host.locator('#emotes').getByRole('button', { name: 'Remove wave' }).click();
    await host.locator('#notice').getByText(':wave: is gone').waitFor();
    const wave = async () => (await page.request.get(node.url(`${far.room}/emotes/wave`))).status();
    await until(wave, (status) => status === 404, 'the end of an emote');
    await say(talk, 'Bye :wave:');
    await line(page, 'Bye :wave:').waitFor();
    assertFaultless(host);
    assertFaultless(talk);
  } finally {
    await far.stop();
  }
  // What was removed may be asked for once more by who was just being shown it.
}, { start: { args: ['--camera', 'test'] }, expected: [/404 .*emotes\/wave\)/], firefox: true });

journey('emotes look right', async ({ node, page, js }) => {
  await logIn(page, node);
  await add(page, 'wave', PICTURE);
  await page.locator('#notice').getByText(':wave: is there').waitFor();
  await look(page, 'studio-emotes', js);
  await page.goto(node.url(node.room));
  await send(page, 'Good evening :wave:');
  await said(page).locator('.line img').waitFor();
  await look(page, 'room-emotes', js);
}, { firefox: true });
