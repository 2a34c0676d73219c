// How a host keeps order in the room itself: who may be in it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { Node } from '../lib/node.js';
import { be, facts, logIn, moves, said, say, saying } from '../lib/pages.js';

/** What a browser writes when it is refused, or when a stream of pictures ends. */
const REFUSED = [/403/, /422/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_ABORTED/];
const LOCKED = 'The door is locked.';

/** A page of somebody else, with cookies of their own, in the same browser. */
async function another(context, node, js) {
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  return open(other, node, { expected: REFUSED });
}

/** Presses one of the host's buttons, behind the word that opens them, and waits until it is done. */
async function order(page, button, { inside } = {}) {
  await saying(page).locator('.order > summary').click();
  if (inside) await saying(page).getByText(inside, { exact: true }).click();
  await saying(page).getByRole('button', { name: button }).click();
  await saying(page).locator('.order:not([open])').waitFor();
}

/** Presses a button that saves a file of this name; gives what is in it. */
async function saved(page, button, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  assert.equal(download.suggestedFilename(), name);
  return readFile(await download.path(), 'utf8');
}

journey('behind a locked door whoever is in stays, and nobody new comes in', async ({ node, page, context, js }) => {
  const [guest, late] = [await another(context, node, js), await another(context, node, js)];
  await guest.goto(node.url(node.room));
  await moves(guest, js, 'the guest’s picture');
  await logIn(page, node);
  await page.goto(node.url(node.room));
  await order(page, 'Lock the door');
  await late.goto(node.url(node.room));
  await late.getByRole('heading', { name: LOCKED }).waitFor();
  await look(late, 'door-locked', js);
  await say(guest, 'Still here');
  await guest.reload();
  await moves(guest, js, 'the guest’s picture, after the page was loaded again');
  await saying(page).locator('.order > summary').click();
  await saying(page).getByText('The door is locked: nobody new comes in.').waitFor();
  await saying(page).getByRole('button', { name: 'Unlock the door' }).click();
  await saying(page).locator('.order:not([open])').waitFor();
  await late.goto(node.url(node.room));
  await moves(late, js, 'the picture of who came late');
  for (const each of [guest, late]) assertFaultless(each);
}, { firefox: true });

journey('who is sent out sees and hears nothing more', async ({ node, page, context, js }) => {
  const [guest, helper] = [await another(context, node, js), await another(context, node, js)];
  for (const each of [guest, helper]) {
    await each.goto(node.url(node.room));
    await moves(each, js, 'the picture');
  }
  await say(helper, 'I can help');
  await logIn(page, node);
  await page.goto(node.url(node.room));
  const line = said(page).locator('.line:has-text("I can help")');
  await line.locator('.more summary').click();
  await line.getByRole('button', { name: 'Make a moderator' }).click();
  await saying(page).getByText(/keeps order/).waitFor({ state: 'attached' });
  await order(page, 'Send everybody out now', { inside: 'Send everybody out' });
  await said(guest).getByText(LOCKED).waitFor();
  if (js) await guest.locator('#slate').getByText('The door is locked').waitFor();
  await look(guest, 'sent-out', js);
  await guest.reload();
  await guest.getByRole('heading', { name: LOCKED }).waitFor();
  await moves(helper, js, 'the moderator’s picture goes on');
  assertFaultless(guest);

  await order(page, 'Unlock the door');
  await guest.goto(node.url(node.room));
  await moves(guest, js, 'the guest’s picture, again');
  await saying(page).locator('.order > summary').click();
  await saying(page).getByText('Send everybody out', { exact: true }).click();
  await saying(page).getByLabel('and lock the door behind them').uncheck();
  await saying(page).getByRole('button', { name: 'Send everybody out now' }).click();
  // Without the lock they may come in again.
  await said(guest).getByText('The host has sent everybody out.').waitFor();
  await guest.reload();
  await moves(guest, js, 'the guest’s picture, after they came in again');
}, { firefox: true });

journey('who is barred for good is on a list in the studio', async ({ node, page, context, js }) => {
  const [guest, stranger] = [await another(context, node, js), await another(context, node, js)];
  for (const each of [guest, stranger]) await each.goto(node.url(node.room));
  await be(guest, 'Larry', 'correct horse');
  await say(guest, 'Something rude');
  await say(stranger, 'Something ruder');
  await logIn(page, node);
  await page.goto(node.url(node.room));
  for (const text of ['Something ruder', 'Something rude']) {
    const line = said(page).locator('.line', { hasText: new RegExp(`${text}$`, 'm') });
    await line.locator('.more summary').click();
    await line.getByRole('button', { name: 'Bar from the talk' }).click();
    await line.waitFor({ state: 'detached' });
  }
  // The answer is a form of its own, folded up.
  await saying(page).getByText('Bar Larry for good').waitFor({ state: 'attached' });
  await saying(page).locator('.order > summary').click();
  await saying(page).getByText('they have neither a mark nor a node of their own').waitFor();
  await saying(page).getByText('Bar Larry for good').click();
  await saying(page).getByLabel('Why, for your own eyes').fill('Shouted at everybody');
  await saying(page).getByRole('button', { name: 'Save it for good' }).click();
  await saying(page).getByText('Larry may not talk, for good.').waitFor({ state: 'attached' });

  // Another browser, the same phrase.
  const again = await another(context, node, js);
  await again.goto(node.url(node.room));
  await be(again, 'Barry', 'correct horse');
  await saying(again).getByLabel('Say something').fill('It is me again');
  await saying(again).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(again).getByText('The host has closed the talk to you.').waitFor();

  await page.goto(node.url('/studio'));
  await page.getByText('Shouted at everybody').waitFor();
  await look(page, 'studio-bans', js);
  // Others may have the list too, signed or as a table.
  await page.getByRole('link', { name: 'Lists of others' }).click();
  await page.getByText('1 person whom you barred for good.').waitFor();
  await page.getByLabel('With my notes as reasons').check();
  const list = await saved(page, 'Save it as a signed list', 'parlor.deny');
  assert.match(list, /^version: 1\nname: [^]*\nparlor_signature: [a-z2-7]+\n[^]*\/parlor\/mark\/h5j3rb273v reason:Shouted%20at%20everybody\n/);
  const table = await saved(page, 'Save it as a table', 'parlor.csv');
  assert.match(table, /h5j3rb273v.*Shouted at everybody/);
  assert.doesNotMatch(list + table, /Larry/, 'no names');
  await page.getByRole('link', { name: 'Back to the studio' }).click();
  await page.getByRole('button', { name: /^Let talk again.*Larry$/ }).click();
  await page.getByText('They may talk again.').waitFor();
  await say(again, 'It is me again');
}, { expected: REFUSED, firefox: true });

journey('a locked door keeps other nodes out too', async ({ node, page, context, js }) => {
  await logIn(page, node);
  const bootstrap = node.ready.p2p.flatMap((address) => ['--bootstrap', address]);
  const host = await Node.start({ args: ['--camera', 'test', '--live', ...bootstrap] });
  const late = await Node.start({ args: ['--camera', 'test', ...bootstrap] });
  try {
    const desk = await another(context, host, js);
    await logIn(desk, host);
    await desk.goto(host.url(host.room));
    const enter = async (each, to) => {
      await each.goto(to.url('/'));
      await each.getByText('Paste an invite').click();
      await each.getByLabel('Invite link').fill(host.ready.invite);
      await each.getByRole('button', { name: 'Open the room' }).click();
      await each.waitForURL(`**${host.room}`);
    };
    const appears = async (each, locator, what) => {
      if (js) return locator.waitFor();
      await until(async () => {
        await each.reload();
        return locator.isVisible();
      }, Boolean, what);
    };
    const plays = async (each) => {
      await appears(each, each.locator(js ? '#video:visible' : '#plain'), 'the player');
      await moves(each, js, 'the room from afar');
    };
    await enter(page, node);
    await plays(page);
    await order(desk, 'Lock the door');
    const newcomer = await another(context, late, js);
    await logIn(newcomer, late);
    await enter(newcomer, late);
    await appears(newcomer, newcomer.locator('#slate').getByText('The door is locked'), 'the locked door');
    await plays(page);
    await say(page, 'I was here before');
    await said(desk).getByText('I was here before').waitFor();

    await order(desk, 'Send everybody out now', { inside: 'Send everybody out' });
    await appears(page, page.locator('#slate').getByText('The door is locked'), 'the end');
    await order(desk, 'Unlock the door');
    for (const each of [desk, newcomer]) assertFaultless(each);
  } finally {
    await Promise.all([host.stop(), late.stop()]);
  }
}, { start: { args: ['--camera', 'test'] }, expected: [/404/, ...REFUSED], firefox: true });

journey('a moderator elsewhere keeps order', async ({ node, page, context, js }) => {
  await logIn(page, node);
  const bootstrap = node.ready.p2p.flatMap((address) => ['--bootstrap', address]);
  const host = await Node.start({ args: ['--camera', 'test', '--live', ...bootstrap] });
  try {
    const [desk, guest] = [await another(context, host, js), await another(context, host, js)];
    await logIn(desk, host);
    for (const each of [desk, guest]) await each.goto(host.url(host.room));
    await page.goto(node.url('/'));
    await page.getByText('Paste an invite').click();
    await page.getByLabel('Invite link').fill(host.ready.invite);
    await page.getByRole('button', { name: 'Open the room' }).click();
    await page.waitForURL(`**${host.room}`);
    await until(async () => {
      if (!js) await page.reload();
      return page.locator(js ? '#video:visible' : '#plain').isVisible();
    }, Boolean, 'the player');
    await say(page, 'I can help');
    const line = said(desk).locator('.line:has-text("I can help")');
    const name = await line.locator('.name').textContent();
    await facts(desk, js).locator('.people h3:has-text("Watching") + ul').getByText(name).waitFor();
    await line.locator('.more summary').click();
    await line.getByLabel('set the pace').check();
    await line.getByLabel('silence people').uncheck();
    await line.getByRole('button', { name: 'Make a moderator' }).click();
    await saying(desk).getByText(/keeps order/).waitFor({ state: 'attached' });

    await say(page, 'Thank you');
    await until(async () => {
      await page.reload();
      await saying(page).getByLabel('Say something').waitFor();
      return saying(page).locator('.order').count();
    }, (count) => count === 1, 'the moderator’s buttons');
    // What is said stands there anew, with the buttons.
    await said(page).locator('.line button:has-text("Hide")').first().waitFor({ state: 'attached' });
    await say(guest, 'Something rude');
    const rude = said(page).locator('.line:has-text("Something rude")');
    await rude.locator('.more summary').click();
    assert.equal(await rude.getByRole('button', { name: /silence|moderator|Bar/ }).count(), 0);
    await rude.getByRole('button', { name: 'Hide' }).click();
    for (const each of [guest, page]) await said(each).locator('.line:has-text("Something rude")').waitFor({ state: 'detached' });

    await saying(page).locator('.order > summary').click();
    await saying(page).getByLabel('Words that are not to be said').fill('spoiler');
    await saying(page).getByRole('button', { name: 'Keep this list' }).click();
    await saying(page).locator('.order:not([open])').waitFor();
    await saying(guest).getByLabel('Say something').fill('A spoiler');
    await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
    await saying(guest).getByText('does not want “spoiler” said here').waitFor();

    // Nothing is done by whom the host has taken it from, whose page still has the buttons; they talk on.
    await say(guest, 'Something polite');
    await saying(page).locator('.order > summary').click();
    await saying(desk).locator('.order > summary').click();
    await saying(desk).getByRole('button', { name: /^Take that from/ }).click();
    await saying(desk).locator('.order:not([open])').waitFor();
    await saying(page).getByRole('button', { name: 'Clear everything' }).click();
    await saying(page).getByText('Only the host does that').waitFor();
    assert.equal(await saying(page).locator('.order').count(), 0);
    await say(page, 'Quite so');
    await said(guest).getByText('Something polite').waitFor();

    // And who is barred for good is known by their node.
    const last = said(desk).locator('.line:has-text("Quite so")');
    await last.locator('.more summary').click();
    await last.getByRole('button', { name: 'Bar from the talk' }).click();
    await last.waitFor({ state: 'detached' });
    const forGood = saying(desk).getByText(/^Bar .* for good$/);
    await forGood.waitFor({ state: 'attached' });
    await saying(desk).locator('.order > summary').click();
    await forGood.click();
    await saying(desk).getByRole('button', { name: 'Save it for good' }).click();
    await saying(desk).getByText(/may not talk, for good/).waitFor({ state: 'attached' });
    await saying(page).getByLabel('Say something').fill('And now?');
    await saying(page).getByRole('button', { name: 'Say', exact: true }).click();
    await saying(page).getByText('The host has closed the talk to you.').waitFor();
    await desk.goto(host.url('/studio'));
    await desk.getByText('by their node').waitFor();
    for (const each of [desk, guest]) assertFaultless(each);
  } finally {
    await host.stop();
  }
}, { start: { args: ['--camera', 'test'] }, expected: [/404/, ...REFUSED], firefox: true });
