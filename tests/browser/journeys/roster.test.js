// Who is here: seen by all, or only how many.

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { be, facts, logIn, moves } from '../lib/pages.js';

journey('who watches and who only listens in is seen, or only how many', async ({ node, page, context, js }) => {
  const other = await open(await context.browser().newContext({ javaScriptEnabled: js }), node);
  await other.goto(node.url(node.room));
  await be(other, 'Ben', '');
  await moves(other, js, 'the room');
  const people = facts(page, js).locator('.people');
  // The talk alone, as somebody has it who does not want the picture.
  const listener = await open(await context.browser().newContext({ javaScriptEnabled: js }), node);
  await listener.goto(node.url(`${node.room}/chat`), { waitUntil: 'commit' });
  await logIn(page, node);
  await page.goto(node.url(node.room));
  await people.locator('h3:has-text("Watching") + ul').getByText('Ben').waitFor();
  const listening = people.locator('h3:has-text("Listening in") + ul li');
  await listening.waitFor();
  const name = await listening.locator('.name').textContent();
  const uptime = async () => Number(await facts(page, js).locator('.uptime').getAttribute('data-secs'));
  const came = await uptime();

  await page.goto(node.url('/studio'));
  await page.getByLabel('What visitors are told').selectOption('Only how many');
  await page.locator('#roster').getByRole('button', { name: 'Change it' }).click();
  await page.getByText('Visitors see only how many are in the room.').waitFor();
  const told = facts(other, js).locator('.people');
  await told.getByText('1 watching').waitFor();
  await told.getByText('1 listening in').waitFor();
  await told.getByText('Ben').waitFor({ state: 'detached' });
  await look(other, 'roster-counts', js);
  // The host sees who, all the same.
  await page.goto(node.url(node.room));
  await people.getByText('Ben').waitFor();
  await look(page, 'roster', js);
  // Who was here for 20 seconds is missed.
  await until(uptime, (now) => now > came + 20, 'the time that somebody is here who is missed');
  await listener.goto('about:blank');
  await people.locator('.left').getByText(name).waitFor();
  for (const each of [other, listener]) assertFaultless(each);
}, { firefox: true });
