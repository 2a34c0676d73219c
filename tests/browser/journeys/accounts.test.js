// Whom the host knows: regulars who log in, and a room for them alone.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { logIn, moves, said, say } from '../lib/pages.js';

async function make(page, name, password) {
  const form = page.locator('form:has(button[value="make"])');
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Make an account' }).click();
  await page.getByText('The account is made.').waitFor();
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
  await page.reload();
  await page.getByText('In the room', { exact: true }).waitFor();
  // Out at once, and nobody is told that the room is here.
  await page.getByText('Change the account of Anna').click();
  await page.getByRole('button', { name: 'Disable Anna' }).click();
  await page.getByText('opens nothing for now').waitFor();
  await anna.goto(node.url(node.room));
  await anna.getByText('There is no such room here.').waitFor();
  await only(page, 'Whoever may otherwise');
  await stranger.goto(node.url(node.room));
  await moves(stranger, js, 'the room for all');
  assert.equal(await stranger.getByText('I have an account').count(), 0, 'no account opens anything');
  for (const each of [anna, stranger]) assertFaultless(each);
}, { expected: [/Failed to load resource.*4\d\d/] });
