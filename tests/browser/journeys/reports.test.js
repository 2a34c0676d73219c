// Reports: to the host, from their own pages and from another node, and to somebody who keeps a list.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { digitsHeard } from '../lib/beeps.js';
import { assertFaultless, open } from '../lib/browsers.js';
import { HANG_MS, journey, until } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { Node } from '../lib/node.js';
import { be, facts, logIn, said, say, saying } from '../lib/pages.js';

const RUDE = 'Buy <b>my</b> things';

/** Somebody else in the same browser, with cookies of their own. */
async function another(context, node, js, expected = []) {
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  other.setDefaultTimeout(HANG_MS);
  return open(other, node, { expected });
}

/** Somebody who is known by a mark, and says what others report. */
async function rude(context, node, js) {
  const page = await another(context, node, js, [/422/]);
  await page.goto(node.url(node.room));
  await be(page, 'Rudi', 'open sesame');
  await say(page, RUDE);
  return page;
}

/** Opens the form for that line. */
async function reportLine(page) {
  const line = said(page).locator('.line', { hasText: RUDE });
  await line.locator('.more summary').click();
  await line.getByRole('link', { name: 'Report' }).click();
  await page.getByRole('heading', { name: 'Report', level: 1 }).waitFor();
}

/** The host, logged in, at what has come. */
async function inbox(page, node) {
  await logIn(page, node);
  await page.goto(node.url('/studio/reports'));
}

/** Follows a list, in the studio of this node. */
async function follow(page, node, list) {
  await logIn(page, node);
  await page.goto(node.url('/studio/lists'));
  await page.getByLabel('A list, or a newer version').fill(list);
  await page.getByRole('button', { name: 'Follow it' }).click();
  await page.getByText('You follow the list.').waitFor();
}

/** Says how reports for the host's own list are taken, and gives the list. */
async function ownList(page, node, choice) {
  await logIn(page, node);
  await page.goto(node.url('/studio/lists'));
  await page.getByLabel(choice).check();
  await page.getByRole('button', { name: 'Say so in my list' }).click();
  await page.getByText('Your list says so from now on').waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save it as a signed list' }).click(),
  ]);
  return readFileSync(await saved.path(), 'utf8');
}

journey('who is pestered tells the host, who sees what was said and acts', async ({ node, page, context, js }) => {
  const rudi = await rude(context, node, js);
  await page.goto(node.url(node.room));
  await be(page, 'Anna', 'correct horse');
  await reportLine(page);
  await page.locator('.reported').getByText(RUDE).waitFor();
  await page.getByLabel('Why?').selectOption('Spam or fraud');
  await page.getByLabel('In your own words').fill('Again and again.\nPlease look.');
  await page.getByLabel('Say that it comes from Anna').check();
  await page.getByRole('button', { name: 'Report it' }).click();
  await page.getByText('The host has your report.').waitFor();
  await page.getByRole('link', { name: 'Back to the room' }).click();
  await said(page).getByText(RUDE).waitFor();

  const host = await another(context, node, js);
  await logIn(host, node);
  const notice = js ? host.locator('#facts') : host.frameLocator('.facts-frame');
  await notice.getByRole('link', { name: '1 report waits' }).click();
  const report = host.locator('.reports > li');
  await report.getByText(RUDE).waitFor();
  await report.getByText('Please look.').waitFor();
  await report.getByText('from Anna').waitFor();
  await report.getByRole('button', { name: 'Hide' }).click();
  await host.getByText('The line is hidden.').waitFor();
  await said(page).getByText(RUDE).waitFor({ state: 'detached' });
  await report.getByRole('button', { name: 'Bar from the talk' }).click();
  await host.getByText('They may not talk any more').waitFor();
  await saying(rudi).getByLabel('Say something').fill('More');
  await saying(rudi).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(rudi).getByText('The host has closed the talk to you.').waitFor();
  await report.getByRole('button', { name: 'Bar for good' }).click();
  await host.getByText('They are barred for good.').waitFor();
  await report.getByRole('button', { name: 'Dismiss' }).click();
  await host.getByText('The report is gone.').waitFor();
  await host.getByText('Nothing.', { exact: true }).waitFor();
  for (const each of [rudi, host]) assertFaultless(each);
}, { firefox: true });

journey('the pages about reports look right', async ({ node, page, context, js }) => {
  await rude(context, node, js);
  await page.goto(node.url(node.room));
  await reportLine(page);
  await look(page, 'report-form', js);
  await page.getByLabel('Why?').selectOption('Spam or fraud');
  await page.getByLabel('In your own words').fill('Again and again.\nPlease look.');
  await page.getByRole('button', { name: 'Report it' }).click();
  await page.getByText('The host has your report.').waitFor();
  const host = await another(context, node, js);
  await inbox(host, node);
  await host.locator('.reports > li').getByText(RUDE).waitFor();
  await look(host, 'studio-reports', js);
}, { firefox: true });

journey('a person and the room are reported too, and who reports without end shows that they are no flood', async ({ node, page, context, js }) => {
  const rudi = await another(context, node, js);
  await rudi.goto(node.url(node.room));
  await be(rudi, 'Rudi', 'open sesame');
  await page.goto(node.url(node.room));
  await facts(page, js).getByRole('link', { name: 'Report Rudi' }).click();
  await page.locator('.reported').getByText('Rudi').waitFor();
  const send = async (words) => {
    await page.getByLabel('Why?').selectOption('Something else');
    await page.getByLabel('In your own words').fill(words);
    await page.getByRole('button', { name: 'Report it' }).click();
  };
  await send('the person');
  await page.getByText('The host has your report.').waitFor();
  for (const words of ['the room', 'the room, again']) {
    await page.goto(node.url(node.room));
    await page.getByRole('link', { name: 'Report this room' }).click();
    await send(words);
    await page.getByText('The host has your report.').waitFor();
  }
  await page.goto(node.url(`${node.room}/report`));
  await send('the fourth');
  if (!js) {
    await page.getByText('These were several reports at once.').waitFor();
    assert.equal(await page.getByLabel('In your own words').inputValue(), 'the fourth');
    await look(page, 'report-check', js);
    const sound = await page.locator('audio').getAttribute('src');
    await page.getByLabel('The six digits').fill(digitsHeard(await (await page.request.get(node.url(sound))).body()));
    await page.getByRole('button', { name: 'Report it' }).click();
  }
  // With scripts the browser has done its work.
  await page.getByText('The host has your report.').waitFor();

  const host = await another(context, node, js);
  await inbox(host, node);
  const reports = host.locator('.reports > li');
  assert.equal(await reports.count(), 4);
  await reports.filter({ hasText: 'the person' }).getByRole('button', { name: 'Five minutes’ silence' }).click();
  await host.getByText('They are not heard for five minutes.').waitFor();
  await saying(rudi).getByLabel('Say something').fill('Hello?');
  await saying(rudi).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(rudi).getByText('The host asks you to be silent').waitFor();
  await host.getByRole('button', { name: 'Dismiss all' }).click();
  await host.getByText('All reports are gone.').waitFor();
}, { expected: [/422/], firefox: true });

/** Sends the report that is open to the only one who keeps a list. */
async function sendKeeper(page, reason) {
  await page.getByLabel('Why?').selectOption(reason);
  await page.getByLabel('who keeps the list').check();
  await page.getByRole('button', { name: 'Report it' }).click();
}

/** Runs `walk` with another node, of somebody who keeps a list. */
async function withNode(args, walk) {
  const other = await Node.start({ args: ['--camera', 'test', ...args] });
  try {
    await walk(other);
  } finally {
    await other.stop();
  }
}

journey('a report goes sealed to who keeps a list, by their node, and onto their list', async ({ node, page, context, js }) => {
  await withNode([], async (keeper) => {
    const ann = await another(context, keeper, js);
    const list = await ownList(ann, keeper, 'Straight to this node');
    assert.match(list, /\nparlor_reports: [a-z2-7]{52}\nparlor_reports_at: "parlor:\/\/[^#]+"\n/, 'no secret');
    const host = await another(context, node, js);
    await follow(host, node, list);
    await rude(context, node, js);

    await page.goto(node.url(node.room));
    await reportLine(page);
    await sendKeeper(page, 'Harassment or hate');
    await page.getByText('The list’s keeper has your report.').waitFor();

    await ann.goto(keeper.url('/studio/reports'));
    const report = ann.locator('.reports > li');
    await report.getByText(RUDE).waitFor();
    await report.getByText(node.ready.room).waitFor();
    await report.getByText('only the reporter’s word').waitFor();
    await look(ann, 'studio-reports-list', js);
    await report.getByRole('button', { name: 'Put on my list' }).click();
    await ann.getByText('It is on your list').waitFor();
    await ann.goto(keeper.url('/studio/lists'));
    await ann.getByText('1 person whom you barred for good.').waitFor();

    // The host hears nothing of it.
    await host.goto(node.url('/studio/reports'));
    await host.getByText('Nothing.', { exact: true }).waitFor();

    // About the room, with the room's key.
    await page.goto(node.url(`${node.room}/report`));
    await sendKeeper(page, 'Somebody seems to be under age');
    await page.getByText('The list’s keeper has your report.').waitFor();
    await ann.goto(keeper.url('/studio/reports'));
    await ann.getByRole('button', { name: 'Put on my list' }).click();
    await ann.getByText('It is on your list').waitFor();
    await ann.goto(keeper.url('/studio/lists'));
    await ann.getByText(node.ready.room).waitFor();
    await look(ann, 'studio-lists-own', js);
    for (const each of [ann, host]) assertFaultless(each);
  });
}, { firefox: true });

journey('a report is passed on as a sealed text, which only the keeper of the list opens', async ({ node, page, context, js }) => {
  await withNode([], async (keeper) => {
    const ann = await another(context, keeper, js, [/422/]);
    const list = await ownList(ann, keeper, 'As sealed texts that they send me');
    assert.doesNotMatch(list, /parlor_reports_at/);
    const host = await another(context, node, js, [/422/]);
    await follow(host, node, list);
    await rude(context, node, js);
    await page.goto(node.url(node.room));
    await reportLine(page);
    await sendKeeper(page, 'Harassment or hate');
    const text = await page.getByLabel('Sealed, for who keeps the list').inputValue();
    assert.match(text, /^-----BEGIN PARLOR REPORT-----\n/);
    await look(page, 'report-text', js);

    const paste = async (reader, home, what) => {
      await reader.goto(home.url('/studio/reports'));
      await reader.getByLabel('A sealed report that somebody sent you').fill(what);
      await reader.getByRole('button', { name: 'Open it' }).click();
    };
    await paste(host, node, text);
    await host.getByText('This report is for another list than yours.').waitFor();
    await paste(ann, keeper, text.replace('END', 'AND'));
    await ann.getByText('copy all of it').waitFor();
    assert.match(await ann.getByLabel('A sealed report').inputValue(), /AND PARLOR/);
    await paste(ann, keeper, `Hello Ann,\n\n${text}\nBye`);
    await ann.getByText('The report is open.').waitFor();
    await ann.locator('.reports > li').getByText(RUDE).waitFor();
    for (const each of [ann, host]) assertFaultless(each);
  });
}, { firefox: true });

journey('who watches with a node of their own tells the host, over the network', async ({ node, page, context, js }) => {
  await withNode(['--live'], async (host) => {
    await rude(context, host, js);
    await logIn(page, node);
    await page.goto(node.url('/'));
    await page.getByText('Paste an invite').click();
    await page.getByLabel('Invite link').fill(host.ready.invite);
    await page.getByRole('button', { name: 'Open the room' }).click();
    await page.waitForURL(`**${host.room}`);
    const frames = async () => {
      if (!js) await page.reload();
      return said(page).getByText(RUDE).isVisible();
    };
    if (js) await said(page).getByText(RUDE).waitFor();
    else await until(frames, Boolean, 'what was said elsewhere');
    await reportLine(page);
    await page.getByLabel('Why?').selectOption('A threat, or somebody in danger');
    await page.getByRole('button', { name: 'Report it' }).click();
    await page.getByText('The host has your report.').waitFor();

    const desk = await another(context, host, js);
    await inbox(desk, host);
    const report = desk.locator('.reports > li');
    await report.getByText('A threat, or somebody in danger').waitFor();
    await report.getByRole('button', { name: 'Hide' }).click();
    await desk.getByText('The line is hidden.').waitFor();
    assertFaultless(desk);
  });
}, { start: { args: ['--camera', 'test'] }, firefox: true });
