// The pages as somebody needs them: sizes, letters, panels where they want them, one hand, a low window, and what happens told aloud.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { facts, logIn, moves, said, say, saying } from '../lib/pages.js';

/** Chooses on the page "Make it fit you", and comes back. */
async function fit(page, choices) {
  const fits = page.getByRole('link', { name: 'Make it fit you' });
  await fits.click();
  await page.getByRole('heading', { name: 'Make it fit you' }).waitFor();
  for (const [label, value] of Object.entries(choices)) await page.getByLabel(label, { exact: true }).selectOption({ label: value });
  await page.getByRole('button', { name: 'Keep it so' }).click();
  await fits.waitFor();
  // A player without scripts shows its buttons over the picture while the pointer is there.
  await page.mouse.move(0, 0);
}

const arrangement = (page) => page.locator('#arrange');
const press = (page, name) => arrangement(page).getByRole('button', { name, exact: true }).click();
const box = (locator) => locator.boundingBox();
/** The panels that are seen, from the top down. */
const order = (page) => page.locator('.room').evaluate((room) => [...room.children].map(({ className }) => className.split(' ')[0]).filter((name) => ['stage', 'talk', 'files', 'facts'].includes(name)));

journey('what somebody needs is chosen once, and stays in their browser', async ({ node, page, context, js }) => {
  await page.goto(node.url(`${node.room}?watch=video&fps=7`));
  const usual = await page.locator('h2').first().evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize));
  await fit(page, { Size: 'Large', Contrast: 'More', Letters: 'Plain, with more space', Motion: 'None', 'Buttons and fields': 'Large' });
  assert.equal(new URL(page.url()).search, '?watch=video&fps=7', 'it is the page on which they were');
  await moves(page, js, 'the room');
  const asChosen = { size: 'large', contrast: 'more', font: 'spaced', motion: 'less', targets: 'large' };
  const dataset = (locator) => locator.evaluate((html) => ({ ...html.dataset }));
  assert.deepEqual(await dataset(page.locator('html')), asChosen);
  // The frames are documents of their own.
  for (const frame of [said(page), saying(page)]) assert.deepEqual(await dataset(frame.locator('html')), asChosen);
  assert.equal(await page.locator('h2').first().evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize)), usual * 1.25);
  const button = await box(saying(page).getByRole('button', { name: 'Say', exact: true }));
  assert.ok(button.height >= 60 && button.width >= 60, JSON.stringify(button));
  await say(page, 'Good evening!');
  await look(page, 'room-fitted', js);
  const cookie = (await context.cookies()).find(({ name }) => name.startsWith('parlor-fit-'));
  assert.deepEqual([cookie.value, cookie.httpOnly, cookie.sameSite], ['s2.c1.f2.m1.t1', true, 'Strict']);
  assert.ok(cookie.expires > Date.now() / 1000 + 360 * 86_400, 'it outlives the browser');
  await page.goto(node.url('/'));
  assert.deepEqual(await dataset(page.locator('html')), asChosen);
  await page.getByRole('link', { name: 'Make it fit you' }).click();
  await look(page, 'fit', js);
  await page.getByRole('button', { name: 'Everything as usual again' }).click();
  await page.getByRole('heading', { name: 'Come in' }).waitFor();
  assert.deepEqual(await dataset(page.locator('html')), {});
  assert.equal((await context.cookies()).some(({ name }) => name.startsWith('parlor-fit-')), false);
}, { firefox: true });

journey('the panels of a room are moved, hidden and made wider', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  await page.evaluate(() => { window.same = true; });
  const isSame = () => page.evaluate(() => window.same === true);
  const talk = page.locator('.talk');
  await arrangement(page).locator('summary').click();
  if (js) await page.getByRole('separator').waitFor();
  await press(page, 'Hide Talk');
  await talk.waitFor({ state: 'hidden' });
  await arrangement(page).getByRole('button', { name: 'Show Talk' }).waitFor();
  assert.equal(await isSame(), js, 'with scripts it is the same page, and the picture goes on');
  await press(page, 'Show Talk');
  await talk.waitFor();
  await say(page, 'Still here');
  const before = await box(talk);
  await press(page, 'Wider');
  await page.locator('html[data-wide="30"]').waitFor();
  const wider = await box(talk);
  assert.ok(wider.width > before.width + 10 && wider.x > 640, JSON.stringify([before, wider]));
  await press(page, 'Left');
  await page.locator('html[data-side="start"]').waitFor();
  assert.ok((await box(talk)).x < 100);
  assert.equal(await isSame(), js);
  // Another order is another page: a frame that is moved loads anew in any case.
  assert.deepEqual(await order(page), ['stage', 'talk', 'files', 'facts']);
  await press(page, 'Up Talk');
  await until(() => order(page).catch(() => []), ([first]) => first === 'talk', 'the other order');
  assert.deepEqual(await order(page), ['talk', 'stage', 'files', 'facts']);
  await press(page, 'Hide In the room');
  await facts(page, js).locator('.people').waitFor({ state: 'hidden' });
  await facts(page, js).locator('.about').waitFor();
  await look(page, 'room-arranged', js);
  await page.setViewportSize({ width: 1280, height: 720 });
  await press(page, 'Hide The picture');
  await page.locator('html[data-hidden~="picture"]').waitFor();
  assert.ok((await box(page.locator('.screen'))).height <= 1);
  await page.goto(node.url(node.room));
  assert.deepEqual(await order(page), ['talk', 'stage', 'files', 'facts'], 'and so it stays');
  assert.equal(await page.locator('#plain').count(), 0, 'what is hidden is not fetched');
  await arrangement(page).locator('summary').click();
  await press(page, 'Show The picture');
  await page.locator('html:not([data-hidden~="picture"])').waitFor({ state: 'attached' });
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  await moves(page, js, 'the room again');
}, { firefox: true });

journey('what stands beside the picture is made wider by dragging and with keys', async ({ node, page }) => {
  await page.goto(node.url(node.room));
  await moves(page, true, 'the room');
  await arrangement(page).locator('summary').click();
  const divider = page.getByRole('separator');
  await divider.waitFor();
  assert.equal(await divider.getAttribute('aria-label'), 'Width of what stands beside it');
  await divider.focus();
  await page.keyboard.press('End');
  assert.equal(await divider.getAttribute('aria-valuenow'), '60');
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/fit'));
  await page.keyboard.press('ArrowRight');
  assert.equal(await divider.getAttribute('aria-valuenow'), '55');
  await kept;
  const from = await box(divider);
  const room = await box(page.locator('.room'));
  await page.mouse.move(from.x + from.width / 2, 300);
  await page.mouse.down();
  await page.mouse.move(room.x + room.width * 0.5, 300, { steps: 3 });
  await page.mouse.move(room.x + room.width * 0.7, 300, { steps: 3 });
  assert.equal(await divider.getAttribute('aria-valuenow'), '30');
  const dragged = page.waitForResponse((answer) => answer.url().endsWith('/fit'));
  await page.mouse.up();
  await dragged;
  await page.reload();
  await page.locator('html[data-wide="30"]').waitFor();
}, { scripts: [true] });

journey('a phone whose keyboard is open shows picture and talk', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  for (const text of ['One', 'Two']) await say(page, text);
  // As browsers do it that are told to: the window becomes as low as what the keyboard leaves.
  await page.setViewportSize({ width: 390, height: 380 });
  const field = saying(page).getByLabel('Say something');
  await page.evaluate(() => scrollTo(0, 400));
  await field.focus();
  const seen = async (locator) => {
    const { y, height } = await box(locator);
    return Math.min(y + height, 380) - Math.max(y, 0);
  };
  const [screen, form, lines] = [page.locator('.screen'), await box(field), await box(page.locator('.talk-said[src]'))];
  assert.ok(await seen(screen) > 100, 'the picture is seen');
  assert.ok(form.y >= 0 && form.y + form.height <= 380, `the field is seen: ${JSON.stringify(form)}`);
  const picture = await box(screen);
  const from = Math.max(lines.y, picture.y + picture.height);
  assert.ok(lines.y + lines.height - from > 70, `and so are lines: ${JSON.stringify([picture, lines])}`);
  const lies = (x, y) => page.evaluate(([x, y]) => document.elementFromPoint(x, y).className.split(' ')[0], [x, y]);
  assert.deepEqual([await lies(100, form.y + form.height / 2), await lies(100, form.y - 60), await lies(195, 70)].map((name) => (name.startsWith('talk-') ? name : 'picture')), ['talk-form', 'talk-said', 'picture'], 'nothing lies over it');
  await page.screenshot({ path: `../output/room-keyboard${js ? '' : '-noscript'}.png` });
  await page.setViewportSize({ width: 844, height: 390 });
  await page.evaluate(() => scrollTo(0, document.querySelector('.room').offsetTop));
  assert.ok(await seen(screen) > 200 && await seen(page.locator('.talk')) > 250, 'on its side too');
  await page.screenshot({ path: `../output/room-sideways${js ? '' : '-noscript'}.png` });
}, { viewport: { width: 390, height: 844 }, firefox: true });

journey('one hand reaches what is pressed', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await fit(page, { 'One hand': 'Left' });
  await moves(page, js, 'the room');
  // Without scripts, more is to be chosen below the picture.
  if (!js) await page.locator('.talk').evaluate((talk) => scrollBy(0, talk.getBoundingClientRect().bottom - document.querySelector('.top').getBoundingClientRect().top));
  const nav = await box(page.getByRole('navigation', { name: 'Parlor' }));
  assert.ok(nav.y > 750, `the page's links lie at the bottom: ${nav.y}`);
  const [form, button] = [await box(saying(page).getByLabel('Say something')), await box(saying(page).getByRole('button', { name: 'Say', exact: true }))];
  assert.ok(button.x < form.x, 'the button is on the side of the thumb');
  assert.ok(form.y > 844 * 0.6 && form.y + form.height <= nav.y, `the field is in reach: ${form.y}`);
  await page.screenshot({ path: `../output/room-one-hand${js ? '' : '-noscript'}.png` });
  await look(page, 'room-hand', js);
}, { viewport: { width: 390, height: 844 }, firefox: true });

/** Counts the notes that a page plays. */
const listen = (page) => page.addInitScript(() => {
  window.notes = [];
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (at) {
    window.notes.push(this.frequency.value);
    return start.call(this, at);
  };
});

/** Hears what is said aloud, by whatever voice: this browser has none of its own. */
const giveVoice = (page) => page.addInitScript(() => {
  window.spoken = [];
  speechSynthesis.getVoices = () => [{}];
  speechSynthesis.speak = (words) => {
    window.spoken.push([words.text, words.lang]);
    setTimeout(() => words.onend());
  };
});

async function another(context, node) {
  const page = await open(await context.browser().newContext(), node);
  await page.goto(node.url(node.room));
  return page;
}

for (const place of ['room', 'studio']) {
  journey(`what happens is told by tones and aloud, in the ${place}`, async ({ node, page, context }) => {
    await listen(page);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    if (place === 'studio') await logIn(page, node);
    else await page.goto(node.url(node.room));
    await moves(page, true, 'the picture');
    assert.equal(asked.some((url) => url.endsWith('announce.js')), false, 'nobody loads what they did not choose');
    const early = await another(context, node);
    await say(early, 'From before');
    await fit(page, { 'Somebody says something': 'A tone, and read aloud', 'Somebody comes into the room': 'Read aloud' });
    await moves(page, true, 'the picture again');
    const told = page.locator('body > [role=log]');
    const other = await another(context, node);
    await told.getByText(/^.+ came in\.$/).waitFor();
    await say(other, 'Is <b>anybody</b> here?');
    await told.getByText(/^.+ says: Is <b>anybody<\/b> here\?$/).waitFor();
    assert.deepEqual(await page.evaluate(() => window.notes), [660], 'a tone for the line alone');
    assert.equal(await told.getByText('From before').count(), 0, 'what was said before is old');
    // Another browser has a voice.
    await giveVoice(page);
    await page.reload();
    await moves(page, true, 'the picture once more');
    await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('announce.js'))), Boolean, 'the script');
    await say(other, 'And now?');
    await until(() => page.evaluate(() => window.spoken), (spoken) => spoken.some(([text, lang]) => text.endsWith(' says: And now?') && lang === 'en'), 'the voice');
    assert.equal(await told.getByText('And now?').count(), 0);
    for (const each of [early, other]) assertFaultless(each);
  }, { scripts: [true] });
}

journey('systems with colours and contrasts of their own are followed', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  const soft = () => page.locator('.foot').evaluate((foot) => getComputedStyle(foot).color);
  const ink = await page.locator('body').evaluate((body) => getComputedStyle(body).color);
  assert.notEqual(await soft(), ink);
  await page.emulateMedia({ contrast: 'more' });
  assert.equal(await soft(), ink);
  await page.emulateMedia({ contrast: 'no-preference', forcedColors: 'active' });
  await page.reload();
  assert.notEqual(await facts(page, js).locator('.badge').evaluate((badge) => getComputedStyle(badge).borderTopWidth), '0px', 'a badge has an edge');
  await page.screenshot({ path: `../output/room-forced-colours${js ? '' : '-noscript'}.png` });
});
