// What people in a room send each other: seen by all at once, pictures in the page, and nothing of it runs.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { assertFaultless, chromium, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { be, logIn, moves, sendFile, sending } from '../lib/pages.js';

/** What would do something, where a browser took it for a page. */
const HOSTILE = '<script>parent.done=1</script><svg xmlns="http://www.w3.org/2000/svg" onload="done=1"/>';

const list = (page) => page.frameLocator('.files-list[src]');
/** The name of a file in the list. */
const named = (page, name) => list(page).locator('.name').getByText(name, { exact: true });

/** A picture of 640 by 480 pixels, as a browser with scripts draws it. */
async function picture() {
  const drawn = await chromium();
  const canvas = await (await drawn.newContext()).newPage();
  const url = await canvas.evaluate(() => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    const gradient = context.createLinearGradient(0, 0, 640, 480);
    gradient.addColorStop(0, '#f3b184');
    gradient.addColorStop(1, '#5a4391');
    context.fillStyle = gradient;
    context.fillRect(0, 0, 640, 480);
    return canvas.toDataURL('image/jpeg');
  });
  await drawn.close();
  return Buffer.from(url.split(',')[1], 'base64');
}

/** A picture that says that it has 65,535 by 65,535 pixels. */
async function bomb() {
  const jpeg = await picture();
  // Its size stands in the frame's header (ITU-T T.81, B.2.2).
  const size = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  jpeg.fill(0xff, size, size + 4);
  return jpeg;
}

async function allow(page, node, who) {
  await logIn(page, node);
  await page.getByLabel('Who may send files').selectOption({ label: who });
  await page.locator('#files').getByRole('button', { name: 'Change it' }).click();
  await page.locator('#notice .notice').waitFor();
}

/** A second visitor with cookies of their own, in the same browser. */
async function another(context, node, js) {
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  const page = await open(other, node);
  await page.goto(node.url(node.room));
  return page;
}

journey('a picture is shown in the page to all, while the room goes on', async ({ node, page, context, js }) => {
  await allow(page, node, 'Everybody in the room');
  const anna = await another(context, node, js);
  await be(anna, 'Anna', '');
  const ben = await another(context, node, js);
  // Browsers stop a silent picture that is scrolled away.
  await ben.setViewportSize({ width: 1280, height: 1600 });
  // What hangs behind its pixels is not passed on.
  await sendFile(anna, 'sunset.html', Buffer.concat([await picture(), Buffer.from(HOSTILE)]));
  await sending(anna).getByText('It is sent.').waitFor();
  await list(ben).getByRole('link', { name: 'sunset.jpg', exact: true }).click();
  const shown = list(ben).getByRole('img', { name: 'sunset.jpg, sent by Anna' });
  await shown.waitFor();
  await until(() => shown.evaluate((image) => image.naturalWidth), (width) => width === 640, 'the picture');
  await moves(ben, js, 'the room meanwhile');
  await list(ben).getByRole('link', { name: 'Back to the files' }).click();
  await named(ben, 'sunset.jpg').waitFor();
  assert.equal(ben.context().pages().length, 1, 'no other tab');
  const passedOn = await (await ben.request.get(node.url(`${node.room}/files/1/picture`))).body();
  assert.ok(passedOn.length > 1000 && !passedOn.includes('script'));
  // Anna may remove it, Ben may not.
  assert.equal(await list(ben).getByRole('button', { name: /Remove/ }).count(), 0);
  await list(anna).getByRole('button', { name: 'Remove sunset.jpg' }).click();
  await sending(anna).getByText('It is removed.').waitFor();
  await list(ben).locator('.file').waitFor({ state: 'detached' });
  for (const each of [anna, ben]) assertFaultless(each);
}, { firefox: true });

journey('anything else is saved, and never opened in the page', async ({ node, page, context, js }) => {
  await allow(page, node, 'Everybody in the room');
  const anna = await another(context, node, js);
  await sendFile(anna, 'Grüße.svg', Buffer.from(HOSTILE));
  await named(anna, 'Grüße.svg').waitFor();
  const [download] = await Promise.all([
    anna.waitForEvent('download'),
    list(anna).getByRole('link', { name: 'Download Grüße.svg' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'Grüße.svg');
  assert.equal(await readFile(await download.path(), 'utf8'), HOSTILE);
  if (js) assert.equal(await anna.evaluate(() => window.done), undefined);
  assertFaultless(anna);
}, { firefox: true });

journey('the host decides who sends, and refusals say why', async ({ node, page, context, js }) => {
  const anna = await another(context, node, js);
  assert.equal(await anna.locator('#files').isVisible(), false, 'there is no panel until the host wants one');
  await allow(page, node, 'Only you');
  // With scripts the panel comes by itself.
  if (!js) await anna.reload();
  await sending(anna).getByText('Only the host sends files here.').waitFor();
  await page.goto(node.url(node.room));
  await sendFile(page, 'empty.txt', Buffer.from(''));
  await sending(page).getByText('There is nothing in it.').waitFor();
  await sendFile(page, 'broken.png', Buffer.from('\x89PNG\r\n\x1a\n????', 'latin1'));
  await sending(page).getByText('The picture is broken').waitFor();
  await sendFile(page, 'bomb.jpg', await bomb());
  await sending(page).getByText('The picture has more than').waitFor();
  await sendFile(page, 'large.bin', Buffer.alloc((8 << 20) + 1));
  await sending(page).getByText('A file has 8 MB at most').waitFor();
  await sendFile(page, 'notes.txt', Buffer.from('for you'));
  await named(anna, 'notes.txt').waitFor();
  await node.setOnAir(false);
  await list(anna).getByText('while the room is on air').waitFor();
  await list(page).locator('.file').waitFor({ state: 'detached' });
  assertFaultless(anna);
}, { expected: [/Failed to load resource.*4\d\d/], firefox: true });

journey('the files look well', async ({ node, page, js }) => {
  await allow(page, node, 'You and people whom you know');
  await page.goto(node.url(node.room));
  await sendFile(page, 'a photo with a rather long name that goes on and on.jpg', await picture());
  await sending(page).getByText('It is sent.').waitFor();
  await sendFile(page, 'notes.txt', Buffer.from('for you'));
  await named(page, 'notes.txt').waitFor();
  await look(page, 'room-files', js);
  await page.goto(node.url(`${node.room}/files/form`));
  await look(page, 'files-form', js);
  await page.goto(node.url(`${node.room}/files/1/view`));
  await look(page, 'files-view', js);
}, { firefox: true });
