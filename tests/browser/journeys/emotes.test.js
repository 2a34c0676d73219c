// The host's own small pictures in the talk.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { logIn, said, say, saying } from '../lib/pages.js';

/** A PNG of four red pixels, with a comment. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFHRFWHRDb21tZW50AHdoZXJlIGl0IHdhc6hFcOYAAAAQSURBVHicYzig4ABEDBAKACGOBIEEMzOkAAAAAElFTkSuQmCC', 'base64');

journey('the host’s small pictures stand in lines, and nothing else of them does anything', async ({ node, page, context, js }) => {
  const host = await open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/422/] });
  await logIn(host, node);
  const section = host.locator('#emotes');
  const add = async (name, buffer, mimeType = 'image/png') => {
    await section.getByLabel('Name').fill(name);
    await section.getByLabel('Picture').setInputFiles({ name: 'picture.png', mimeType, buffer });
    await section.getByRole('button', { name: 'Add it' }).click();
  };
  await add(':Wave:', PICTURE);
  await host.locator('#notice').getByText(':wave: is there').waitFor();
  await section.getByText(':wave:', { exact: true }).waitFor();
  // What is no name or no picture is refused, and the name stays.
  await add('wave now', PICTURE);
  await host.getByRole('alert').getByText('letters from a to z').waitFor();
  assert.equal(await section.getByLabel('Name').inputValue(), 'wave now');
  await add('script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="done=1"/>'), 'image/svg+xml');
  await host.getByRole('alert').getByText('can’t be read').waitFor();
  await page.goto(node.url(node.room));
  await saying(page).getByLabel('Say something').fill('Hello :wave: and :script: <b>:wave:</b>');
  await saying(page).getByRole('button', { name: 'Say', exact: true }).click();
  const line = said(page).locator('.line .text');
  await line.locator('img').first().waitFor();
  assert.deepEqual(await line.locator('img').evaluateAll((pictures) => pictures.map(({ alt }) => alt)), [':wave:', ':wave:']);
  assert.equal(await line.textContent(), 'Hello  and :script: <b></b>');
  if (js) assert.ok(await line.locator('img').first().evaluate((picture) => picture.decode().then(() => picture.naturalWidth === 2)));
   const answer = await page.request.get(node.url(`${node.room}/emotes/wave`));
  assert.deepEqual([answer.headers()['content-type'], answer.headers()['content-security-policy']], ['image/png', "default-src 'none'; sandbox"]);
  assert.equal((await answer.body()).includes('where it was'), false, 'it was made anew');
  assert.equal((await page.request.get(node.url(`${node.room}/emotes/script`))).status(), 404);
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

journey('emotes look right', async ({ node, page, js }) => {
  await logIn(page, node);
  await page.locator('#emotes').getByLabel('Name').fill('wave');
  await page.locator('#emotes').getByLabel('Picture').setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer: PICTURE });
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.locator('#notice').getByText(':wave: is there').waitFor();
  await look(page, 'studio-emotes', js);
  await page.goto(node.url(node.room));
  await saying(page).getByLabel('Say something').fill('Good evening :wave:');
  await saying(page).getByRole('button', { name: 'Say', exact: true }).click();
  await said(page).locator('.line img').waitFor();
  await look(page, 'room-emotes', js);
});
