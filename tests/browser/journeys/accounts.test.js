// Whom the host knows: regulars who log in, and a room for them alone.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { logIn, moves, said, say, saying, sendFile, sending } from '../lib/pages.js';

async function make(page, name, password) {
  const form = page.locator('form:has(button[value="make"])');
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Make an account' }).click();
  await page.getByText('The account is made.').waitFor();
}

/** Changes the account of that name: opens what is there for it, does that, and waits for the answer. */
async function change(page, name, work, done) {
  await page.getByText(`Change the account of ${name}`).click();
  await work();
  await page.getByText(done).waitFor();
}

async function comeIn(page, node, name, password) {
  await page.goto(node.url(`${node.room}/enter`));
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Come in' }).click();
}

async function only(page, who) {
  await page.getByText(who).click();
  await page.getByRole('button', { name: 'Change who comes in' }).click();
  await page.getByRole('status').first().waitFor();
}

journey('a room for those alone whom the host knows', async ({ node, page, context, js }) => {
  const fresh = async () => open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/40\d/] });
  await logIn(page, node);
  await page.getByLabel('Who may send files').selectOption('You and people whom you know');
  await page.locator('#files').getByRole('button', { name: 'Change it' }).click();
  await page.locator('#notice .notice').waitFor();
  await page.getByRole('link', { name: 'Whom you know' }).first().click();
  await make(page, 'Anna', 'correct horse');
  await only(page, 'Only whom you know');
  await look(page, 'studio-accounts', js);
  const [anna, stranger] = [await fresh(), await fresh()];
  await stranger.goto(node.url(node.room));
  await stranger.getByText('There is no such room here.').waitFor();
  await comeIn(stranger, node, 'Anna', 'a wrong guess');
  await stranger.getByText('do not fit').waitFor();
  await look(stranger, 'enter', js);
  await comeIn(anna, node, 'Anna', 'correct horse');
  await moves(anna, js, 'the room for Anna');
  await say(anna, 'It is me');
  await said(anna).locator('.line:has-text("It is me") .badge-of').getByText('Guest').waitFor();
  await sendFile(anna, 'notes.txt', Buffer.from('for those whom the host knows'));
  await sending(anna).getByText('It is sent.').waitFor();
  await page.reload();
  await page.getByText('In the room', { exact: true }).waitFor();
  // Out at once, and nobody is told that the room is here.
  const press = (name) => () => page.getByRole('button', { name }).click();
  await change(page, 'Anna', press('Disable Anna'), 'opens nothing for now');
  await anna.goto(node.url(node.room));
  await anna.getByText('There is no such room here.').waitFor();
  // In again, with another name and another password, and out for good.
  await change(page, 'Anna', press('Enable Anna'), 'opens the room again');
  await change(page, 'Anna', async () => {
    await page.locator('form:has(button[value="rename"])').getByLabel('Name').fill('Anne');
    await press('Rename Anna')();
  }, 'The account has another name');
  await change(page, 'Anne', async () => {
    await page.getByLabel('New password').fill('battery staple');
    await press('Set the password of Anne')();
  }, 'The account has another password');
  await comeIn(anna, node, 'Anne', 'battery staple');
  await anna.getByText('You are here as Anne.').waitFor();
  await change(page, 'Anne', press('Remove Anne'), 'The account is gone');
  await page.getByText('There are none.').waitFor();
  await anna.goto(node.url(node.room));
  await anna.getByText('There is no such room here.').waitFor();
  await only(page, 'Whoever may otherwise');
  await stranger.goto(node.url(node.room));
  await moves(stranger, js, 'the room for all');
  assert.equal(await stranger.getByText('I have an account').count(), 0, 'no account opens anything');
  for (const each of [anna, stranger]) assertFaultless(each);
}, { expected: [/Failed to load resource.*4\d\d/], firefox: true });

/** Makes an invite in the studio, and gives its link for a browser. */
async function invite(page, { name = '', limit = '', ends = 'never', lock = false }) {
  await page.goto(new URL('/studio', page.url()).href);
  await page.getByLabel('Name: a group’s').fill(name);
  await page.getByLabel('People who may use it, at most').fill(limit);
  await page.getByLabel('It ends').selectOption(ends);
  if (lock) await page.getByLabel('Also while the door is locked').check();
  await page.getByRole('button', { name: 'Make an invite' }).click();
  await page.getByText('The invite is made').waitFor();
  return page.locator('#invite-web-1').inputValue();
}

journey('an invite leads a browser into a room that others do not find', async ({ node, page, context, js }) => {
  const fresh = async () => open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/40\d/] });
  await logIn(page, node);
  await page.goto(node.url('/studio/accounts'));
  await only(page, 'Who has an invite from you,');
  const link = await invite(page, { name: 'Ann', limit: '1', ends: 'day' });
  await look(page, 'studio-invites', js);
  const [ann, ben] = [await fresh(), await fresh()];
  await ben.goto(node.url(node.room));
  await ben.getByText('There is no such room here.').waitFor();
  const asked = [];
  ann.on('request', (request) => asked.push(request));
  // As from a page of another site, where links of people stand.
  await ann.goto('data:text/html,' + encodeURIComponent(`<a href="${link}">come</a>`));
  await ann.getByRole('link').click();
  await moves(ann, js, 'the room for Ann');
  assert.equal(ann.url(), node.url(node.room), 'the secret stays in no address');
  const secret = link.split('/').at(-1);
  for (const request of asked.slice(1)) {
    const { referer = '' } = await request.allHeaders();
    assert.ok(!referer.includes(secret), `${request.url()} was told ${referer}`);
  }
  await say(ann, 'It is me');
  await said(ann).locator('.line:has-text("It is me")').getByText('Ann', { exact: true }).waitFor();

  await ben.goto(link);
  await ben.getByText('As many people as this invite is for have used it.').waitFor();
  await look(ben, 'invite-used-up', js);
  await page.reload();
  await page.getByText('1 here now · 1 of 1 person has used it · ends in 24 hours').waitFor();
  await page.getByRole('button', { name: 'Revoke Ann' }).click();
  await page.getByText('The invite is revoked').waitFor();
  await ann.goto(link);
  await ann.getByText('This invite does not count here, or not any more.').waitFor();
  for (const each of [ann, ben]) assertFaultless(each);
}, { expected: [/Failed to load resource.*4\d\d/], firefox: true });

journey('an invite opens the locked door', async ({ node, page, context, js }) => {
  const fresh = async () => open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/403/] });
  await logIn(page, node);
  const [plain, key] = [await invite(page, {}), await invite(page, { lock: true })];
  await page.goto(node.url(node.room));
  await saying(page).locator('.order > summary').click();
  await saying(page).getByRole('button', { name: 'Lock the door' }).click();
  await saying(page).locator('.order:not([open])').waitFor();
  const [ann, ben] = [await fresh(), await fresh()];
  await ben.goto(plain);
  await ben.getByText('The door is locked.').waitFor();
  await ann.goto(key);
  await moves(ann, js, 'the room behind the locked door');
  for (const each of [ann, ben]) assertFaultless(each);
}, { expected: [/403/], firefox: true });
