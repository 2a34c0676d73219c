// Two nodes: a host's room in the lobby of another node, whose owner watches it in their own browser.

import assert from 'node:assert/strict';

import { assertFaultless, chromium, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { Node } from '../lib/node.js';
import { appears, be, logIn, moves, paste, said, say, saying } from '../lib/pages.js';

/** The viewer's node has a studio, whose camera rests. */
const VIEWER = { args: ['--camera', 'test'] };
const TITLE = 'Tea from far away';

/** Runs `walk` with the node of another host, who is on air and knows the viewer's node. */
async function withHost(node, args, walk) {
  const bootstrap = node.ready.p2p.flatMap((address) => ['--bootstrap', address]);
  const host = await Node.start({ args: ['--camera', 'test', '--live', ...bootstrap, ...args] });
  try {
    await host.setCard({ title: TITLE, description: 'Every night at nine.', tags: ['tea'] });
    await walk(host);
  } finally {
    await host.stop();
  }
}

/** The card of the other host's room. */
function card(page) {
  return page.locator('.room-card', { has: page.getByRole('link', { name: TITLE }) });
}

/** Opens the lobby with the other host's room in it, and its picture. */
async function findRoom(page, node, js) {
  await page.goto(node.url('/'));
  await appears(page, js, card(page).locator('.room-still'), 'the room in the lobby');
  const still = card(page).locator('.room-still');
  await until(() => still.evaluate((image) => image.naturalWidth), (width) => width > 0, 'the room’s small picture');
}

/** The picture of a room elsewhere moves, as soon as the node has joined it. */
async function playsFromAfar(page, js) {
  await appears(page, js, page.locator(js ? '#video:visible' : '#plain'), 'the player');
  await moves(page, js, 'a room elsewhere');
}

/** Answers what stands before a room by `button`, until the room has taken the answer: a page loaded again sooner would lose it. */
async function enter(page, button) {
  const answer = page.getByRole('button', { name: button });
  await answer.click();
  await answer.waitFor({ state: 'detached' });
}

journey('a listed room comes into another node’s lobby, and a click plays it', async ({ node, page, js }) => {
  await logIn(page, node);
  await withHost(node, ['--visibility', 'listed'], async (host) => {
    await findRoom(page, node, js);
    await card(page).getByText('On air', { exact: true }).waitFor();
    await look(page, 'lobby-elsewhere', js);
    await page.getByRole('link', { name: TITLE }).click();
    await page.waitForURL(`**${host.room}`);
    await playsFromAfar(page, js);
    const path = js ? page.locator('#facts .path') : page.frameLocator('.facts-frame').locator('.path');
    await path.getByText('straight', { exact: true }).waitFor();
    await look(page, 'room-elsewhere', js);

    // Nobody else sees or opens it here.
    const stranger = await fetch(node.url(host.room));
    assert.equal(stranger.status, 404);
    assert.ok(!(await (await fetch(node.url('/'))).text()).includes(TITLE), 'strangers see the node’s own room alone');

    await host.setOnAir(false);
    await appears(page, js, page.locator('#slate').getByText('The host is off air'), 'off air');
    await host.setOnAir(true);
    await playsFromAfar(page, js);

    const relay = page.getByRole('button', { name: 'Keep relaying' });
    await relay.click();
    await page.locator('.switch .lamp').getByText('On', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Leave the room' }).click();
    await page.getByRole('heading', { name: 'Come in' }).waitFor();
    await until(() => node.status(), ({ network }) => network.rooms.length === 0, 'the room that was left');
  });
}, { start: VIEWER, expected: [/404/, /ERR_INCOMPLETE_CHUNKED_ENCODING/], firefox: true });

journey('who watches from another node talks with those on the host’s page', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await withHost(node, ['--visibility', 'listed'], async (host) => {
    const other = await context.browser().newContext({ javaScriptEnabled: js });
    const desk = await open(other, host);
    await logIn(desk, host);
    await desk.goto(host.url(host.room));
    await say(desk, 'Is anybody there?');
    await said(desk).getByText('Is anybody there?').waitFor();

    await findRoom(page, node, js);
    await page.getByRole('link', { name: TITLE }).click();
    await page.waitForURL(`**${host.room}`);
    await playsFromAfar(page, js);
    // What was said before, and by whom.
    await said(page).getByText('Is anybody there?').waitFor();
    await said(page).locator('.badge-of').getByText('Host').waitFor();
    await be(page, 'Anna', 'correct horse');
    await say(page, 'I am, from far away');
    await said(page).getByText('I am, from far away').waitFor();
    const line = said(desk).locator('.line:has-text("I am, from far away")');
    await line.locator('.name').getByText('Anna').waitFor();
    assert.equal(await line.locator('.mark').textContent(), '!h5j3rb273v', 'the host’s page knows the mark');
    await look(page, 'talk-elsewhere', js);

    // What the host refuses comes back with the reason, and nothing is lost.
    await saying(page).getByLabel('Say something').fill('I am, from far away');
    await saying(page).getByRole('button', { name: 'Say', exact: true }).click();
    await saying(page).getByText('You have just said that.').waitFor();
    assert.equal(await saying(page).getByLabel('Say something').inputValue(), 'I am, from far away');

    // What the host hides is gone everywhere.
    await line.locator('.more summary').click();
    await line.getByRole('button', { name: 'Hide' }).click();
    await said(page).getByText('I am, from far away').waitFor({ state: 'detached' });
    await said(page).getByText('Is anybody there?').waitFor();
    assertFaultless(desk);
  });
}, { start: VIEWER, expected: [/422/, /ERR_INCOMPLETE_CHUNKED_ENCODING/], firefox: true });

journey('an invite opens a private room until it is revoked', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await withHost(node, [], async (host) => {
    await paste(page, node, 'parlor://somewhere');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Invite link').inputValue(), 'parlor://somewhere', 'what was typed stays');

    // The way to it without the secret opens nothing.
    await paste(page, node, host.ready.invite.split('#')[0]);
    await page.waitForURL(`**${host.room}`);
    await appears(page, js, page.getByRole('button', { name: 'Come in' }), 'the question for an invite');
    await look(page, 'room-elsewhere-invite', js);
    await page.getByLabel('Invite link').fill(host.ready.invite);
    await enter(page, 'Come in');
    await playsFromAfar(page, js);

    const other = await context.browser().newContext({ javaScriptEnabled: js });
    const desk = await open(other, host);
    await logIn(desk, host);
    await desk.getByText('1 here now · for any number of people').waitFor();
    await desk.getByLabel('Name: a group’s').fill('Anna');
    await desk.getByLabel('People who may use it, at most').fill('2');
    await desk.getByRole('button', { name: 'Make an invite' }).click();
    await desk.getByText('0 of 2 people have used it').waitFor();
    const anna = await desk.locator('#invite-link-1').inputValue();
    await look(desk, 'studio-network', js);
    await desk.getByRole('button', { name: 'Revoke Everybody I give it to' }).click();
    await desk.getByText('The invite is revoked').waitFor();
    assertFaultless(desk);

    await appears(page, js, page.getByRole('button', { name: 'Come in' }), 'the end of an invite');
    await paste(page, node, anna);
    await page.waitForURL(`**${host.room}`);
    await playsFromAfar(page, js);
  });
}, { start: VIEWER, expected: [/422/, /404/, /ERR_INCOMPLETE_CHUNKED_ENCODING/], firefox: true });

journey('where no invite counts, a friend’s node comes in by its key', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await withHost(node, [], async (host) => {
    const other = await context.browser().newContext({ javaScriptEnabled: js });
    const desk = await open(other, host);
    await logIn(desk, host);
    await desk.goto(host.url('/studio/accounts'));
    await desk.getByText('Only whom you know').click();
    await desk.getByRole('button', { name: 'Change who comes in' }).click();
    await desk.getByRole('status').first().waitFor();
    await paste(page, node, host.ready.invite);
    await page.waitForURL(`**${host.room}`);
    await appears(page, js, page.getByRole('button', { name: 'Come in' }), 'the question for an invite');

    await page.goto(node.url('/studio/accounts'));
    const key = await page.locator('[aria-labelledby=friends-title] .hint code').textContent();
    await desk.getByLabel('Friend’s name').fill('Anna');
    await desk.getByLabel('Their node’s key').fill(key);
    await desk.getByRole('button', { name: 'Add a friend’s node' }).click();
    await desk.getByText("Your friend's node is known now.").waitFor();
    await desk.getByText(key).waitFor();
    await paste(page, node, host.ready.invite);
    await page.waitForURL(`**${host.room}`);
    await playsFromAfar(page, js);

    await desk.getByRole('button', { name: 'Remove the node of Anna' }).click();
    await desk.getByText("That node is no friend's any more.").waitFor();
    await appears(page, js, page.getByRole('button', { name: 'Come in' }), 'the end of a friendship');
    assertFaultless(desk);
  });
}, { start: VIEWER, expected: [/404/, /ERR_INCOMPLETE_CHUNKED_ENCODING/], firefox: true });

journey('a room for adults is covered until somebody says that they are one', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await withHost(node, ['--visibility', 'listed'], async (host) => {
    const other = await context.browser().newContext({ javaScriptEnabled: js });
    const desk = await open(other, host);
    await logIn(desk, host);
    await desk.getByLabel('For adults only (18+)').check();
    await desk.getByRole('button', { name: 'Change the card' }).click();
    await desk.getByText('The card is changed').waitFor();
    assertFaultless(desk);

    await findRoom(page, node, js);
    await appears(page, js, card(page).locator('.room-shot.covered'), 'the cover');
    const isBlurred = () => card(page).locator('.room-still').evaluate((image) => getComputedStyle(image).filter);
    assert.match(await isBlurred(), /blur/);
    await look(page, 'lobby-elsewhere-adult', js);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByText('Pictures of rooms for adults are covered.').waitFor();
    await page.getByRole('link', { name: TITLE }).click();
    await page.getByRole('heading', { name: 'This room is for adults' }).waitFor();
    await enter(page, /I am 18 or older/);
    await playsFromAfar(page, js);
    await page.goto(node.url('/'));
    await appears(page, js, card(page).locator('.room-still'), 'the picture');
    assert.doesNotMatch(await isBlurred(), /blur/);
  });
}, { start: VIEWER, firefox: true });

/** The small picture that the lobby shows: its bytes, and its sharpest edge: the most by which two pixels side by side differ. */
async function stillOf(page) {
  const answer = await page.request.get(new URL(await card(page).locator('.room-still').getAttribute('src'), page.url()).href);
  assert.equal(answer.status(), 200);
  const jpeg = (await answer.body()).toString('base64');
  // A browser with scripts measures it, whatever the page may run.
  const measuring = await chromium();
  const edge = await (await (await measuring.newContext()).newPage()).evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/jpeg;base64,${data}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    let edge = 0;
    for (let at = 4; at < pixels.length; at += 4) {
      // The first of a row has nothing to its left.
      if (at / 4 % image.width) edge = Math.max(edge, Math.abs(pixels[at + 1] - pixels[at - 3]));
    }
    return edge;
  }, jpeg);
  await measuring.close();
  return { jpeg, edge };
}

/** Which picture the lobby shows of the room; `null` for none. */
function sourceOf(page) {
  // At once: with scripts, what is looked for may go while it is asked.
  return card(page).locator('.room-still').evaluateAll((stills) => stills[0]?.getAttribute('src') ?? null);
}

/** Loads the lobby again until it shows another picture than that; gives which. */
function anotherStill(page, before, what) {
  return until(async () => {
    await page.reload();
    return sourceOf(page);
  }, (now) => now && now !== before, what);
}

journey('the host has other lobbies see the room live, frozen, blurred, or not at all', async ({ node, page, context, js }) => {
  await logIn(page, node);
  await withHost(node, ['--visibility', 'listed'], async (host) => {
    await findRoom(page, node, js);
    const first = await sourceOf(page);
    const other = await context.browser().newContext({ javaScriptEnabled: js });
    const desk = await open(other, host);
    await logIn(desk, host);
    const choose = async (what, done) => {
      await desk.goto(host.url('/studio'));
      await desk.getByRole('radio', { name: what }).check();
      await desk.getByRole('button', { name: 'Change the small picture' }).click();
      await desk.getByText(done).waitFor();
    };
    // To choose it anew takes a picture at once.
    const live = () => choose(/^Live/, 'Lobbies show a new picture each minute.');
    await live();
    const kept = await anotherStill(page, first, 'a picture of now');
    const sharp = await stillOf(page);

    // But not a frozen one, whatever else of the card changes.
    for (const description of ['It stays.', 'It stays, whatever is chosen anew.']) {
      await choose(/^Frozen/, 'The picture in lobbies stays as it is.');
      await host.setCard({ title: TITLE, description, tags: ['tea'] });
      await appears(page, js, card(page).getByText(description, { exact: true }), 'the card as it is now');
    }
    await page.reload();
    assert.equal(await sourceOf(page), kept);
    assert.equal((await stillOf(page)).jpeg, sharp.jpeg);
    await live();
    const again = await anotherStill(page, kept, 'a picture of now, again');

    await choose(/^Blurred/, 'Lobbies show the room blurred.');
    await anotherStill(page, again, 'the blurred picture');
    const blurred = await stillOf(page);
    assert.ok(blurred.edge < sharp.edge / 3, `blurred ${blurred.edge}, sharp ${sharp.edge}`);
    await look(page, 'lobby-elsewhere-blurred', js);

    await choose(/^None/, 'Lobbies show no picture of the room.');
    await until(async () => {
      await page.reload();
      return await card(page).count() + 10 * await card(page).locator('.room-still').count();
    }, (count) => count === 1, 'the card without a picture');
    assertFaultless(desk);
  });
}, { start: VIEWER, firefox: true });
