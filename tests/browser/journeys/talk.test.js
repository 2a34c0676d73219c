// What people in a room write to each other: seen by all at once, and kept in order by the host.

import assert from 'node:assert/strict';

import { digitsHeard } from '../lib/beeps.js';
import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { be, logIn, moves, said, say, saying } from '../lib/pages.js';

/** What would do something, if it were anything but text: it would set `done`, or ask a stranger for something. */
const HOSTILE = [
  '<script>done=1</script>',
  '<img src=x onerror=done=1>',
  '"><svg onload=done=1>',
  "'><iframe srcdoc='<script>parent.done=1</script>'></iframe>",
  '</span></p></article><meta http-equiv=refresh content="0;url=https://stranger.example/">',
  '<base href=https://stranger.example/>',
  '<style>@import "https://stranger.example/a.css"</style>',
  '<math><mtext><img src=x onerror=done=1></mtext></math>',
  '<a href="javascript:done=1">here</a>',
  'javascript:done=1',
  'https://stranger.example/"onmouseover="done=1',
  'https://stranger.example/<img/src=x/onerror=done=1>',
  '<!--><img src=x onerror=done=1>-->',
  '{{ 7 * 7 }} ${done=1} <%= done %>',
  '<noscript><p title="</noscript><img src=x onerror=done=1>">',
  '<details open ontoggle=done=1>',
  '<input autofocus onfocus=done=1>',
  '<object data="data:text/html,<script>parent.done=1</script>"></object>',
  '&lt;script&gt;done=1&lt;/script&gt;',
  '\\u003cscript\\u003edone=1\\u003c/script\\u003e',
];

/** A second visitor with cookies of their own, in the same browser. */
async function another(context, node, js) {
  const other = await context.browser().newContext({ javaScriptEnabled: js });
  const page = await open(other, node);
  await page.goto(node.url(node.room));
  return page;
}

journey('what one says the other reads, while the picture goes on', async ({ node, page, context, js }) => {
  const other = await another(context, node, js);
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  await say(page, 'Good evening!');
  await said(other).getByText('Good evening!').waitFor();
  await say(other, 'Hello <b>you</b> & welcome');
  await said(page).getByText('Hello <b>you</b> & welcome').waitFor();
  assert.equal(await saying(page).getByLabel('Say something').inputValue(), '', 'the field is empty again');
  await moves(page, js, 'the room, later');
  // Who comes later reads what was said before.
  const late = await another(context, node, js);
  await said(late).getByText('Good evening!').waitFor();
  for (const each of [other, late]) assertFaultless(each);
}, { firefox: true });

journey('people have names, and marks that are theirs', async ({ node, page, context, js }) => {
  await page.goto(node.url(node.room));
  await be(page, 'Anna', 'correct horse');
  await say(page, 'It is me');
  assert.equal(await said(page).locator('.mark').textContent(), '!h5j3rb273v');
  const other = await another(context, node, js);
  await be(other, 'Anna', 'a guess');
  await say(other, 'No, me');
  const marks = await said(page).locator('.line:has-text("No, me") .mark').textContent();
  assert.notEqual(marks, '!h5j3rb273v');
}, { firefox: true });

journey('who brings an old tripcode shows it, and it is no mark', async ({ node, page }) => {
  await page.goto(node.url(node.room));
  await saying(page).locator('.as summary').click();
  await saying(page).getByLabel('Name', { exact: true }).fill('Old hand');
  const show = async (phrase) => {
    await saying(page).getByLabel('Secret phrase').fill(phrase);
    await saying(page).getByLabel('old tripcode').check();
    await saying(page).getByRole('button', { name: 'Be called so' }).click();
  };
  await show('トリップ');
  await saying(page).getByRole('alert').waitFor();
  assert.equal(await saying(page).getByLabel('Name', { exact: true }).inputValue(), 'Old hand', 'what was typed stays');
  await show('tripcode');
  await saying(page).locator('.as summary').getByText('◆3GqYIJ3Obs').waitFor();
  await say(page, 'As ever');
  assert.equal(await said(page).locator('.trip').textContent(), '◆3GqYIJ3Obs');
  assert.equal(await said(page).locator('.mark').count(), 0);
}, { expected: [/422/], firefox: true });

journey('an answer names what it answers', async ({ node, page }) => {
  await page.goto(node.url(node.room));
  await say(page, 'Which key is this?');
  await said(page).locator('.more summary').click();
  await said(page).getByRole('link', { name: 'Answer' }).click();
  await saying(page).locator('.answers').getByText('Which key is this?').waitFor();
  await say(page, 'The black one');
  await said(page).locator('.line:has-text("The black one") .answers').getByText('Which key is this?').waitFor();
}, { firefox: true });

journey('addresses are links that tell nobody whence', async ({ node, page }) => {
  await page.goto(node.url(node.room));
  await say(page, 'https://example.org/a?b=c');
  const link = said(page).getByRole('link', { name: 'https://example.org/a?b=c' });
  assert.match(await link.getAttribute('rel'), /noreferrer/);
  assert.equal(await link.getAttribute('target'), '_blank');
}, { firefox: true });

/** Says more than the talk takes at once, until `isAsked`, which answers once the line was taken or not. */
async function flood(form, isAsked) {
  for (let number = 1; ; number += 1) {
    await form.getByLabel('Say something').fill(`number ${number}`);
    await form.getByRole('button', { name: 'Say', exact: true }).click();
    if (await isAsked()) return;
  }
}

journey('who floods copies digits, which are told by sound too, and loses nothing', async ({ node, page }) => {
  // By itself, so that it is looked at as a page.
  await page.goto(node.url(`${node.room}/chat/form`));
  const code = page.getByLabel('The six digits');
  await flood(page, async () => {
    await page.locator('[name=code], input[name=text]:placeholder-shown').first().waitFor();
    return code.count();
  });
  assert.match(await page.getByRole('alert').textContent(), /Wait \d+ s/);
  const text = await page.getByLabel('Say something').inputValue();
  assert.match(text, /^number \d+$/);
  // The page is there before its picture is.
  const digits = page.getByAltText('Six digits');
  while (!await digits.evaluate((image) => image.complete));
  assert.equal(await digits.evaluate((image) => image.naturalWidth), 440);
  await look(page, 'flood-check', false);
  const heard = async (path) => digitsHeard(await (await page.request.get(node.url(path))).body());
  await code.fill(await heard(await page.locator('audio').getAttribute('src')));
  await page.getByRole('button', { name: 'Say', exact: true }).click();
  await page.locator('input[name=text]:placeholder-shown').waitFor();

  // Faster than anybody types: what is right gives lines that waiting would not.
  const csrf = await page.locator('[name=csrf]').first().inputValue();
  const post = (fields) => page.request.post(node.url(`${node.room}/chat`), { form: { csrf, ...fields } });
  const burst = (from) => Promise.all(Array.from({ length: 12 }, (_, number) => post({ text: `burst ${from + number}` })));
  const refused = (await burst(0)).find((answer) => answer.status() === 422);
  const check = /name="check" value="(\w+)"/.exec(await refused.text())[1];
  const right = await heard(`${node.room}/chat/check/${check}/digits.wav`);
  await burst(100);
  assert.equal((await post({ text: 'answered', check, code: right })).status(), 200);
  const taken = (await burst(200)).filter((answer) => answer.status() === 200).length;
  assert.ok(taken >= 3, `${taken} lines were taken`);
}, { scripts: [false], expected: [/422/], firefox: true });

journey('who floods is checked by their browser, and what they wrote is sent', async ({ node, page }) => {
  await page.goto(node.url(node.room));
  const worked = page.waitForRequest((request) => /work=\d/.test(request.postData() ?? ''));
  let answered;
  worked.then((request) => { answered = new URLSearchParams(request.postData()).get('text'); });
  await flood(saying(page), async () => {
    await saying(page).locator('#check-working:visible, input[name=text]:placeholder-shown').first().waitFor();
    return answered ?? saying(page).locator('#check-working').count();
  });
  await worked;
  await said(page).locator('.line .text').getByText(answered, { exact: true }).waitFor();
  await saying(page).locator('input[name=text]:placeholder-shown').waitFor();
}, { scripts: [true], expected: [/422/] });

journey('the host keeps order', async ({ node, page, context, js }) => {
  const guest = await another(context, node, js);
  await logIn(page, node);
  await page.goto(node.url(node.room));
  await say(page, 'Welcome, everybody');
  await said(guest).locator('.line:has-text("Welcome, everybody") .badge-of').getByText('Host').waitFor();

  const order = async (text, name) => {
    const line = said(page).locator(`.line:has-text("${text}")`);
    await line.locator('.more summary').click();
    await line.getByRole('button', { name }).click();
    await line.waitFor({ state: 'detached' });
    await said(guest).locator(`.line:has-text("${text}")`).waitFor({ state: 'detached' });
  };
  await say(guest, 'First rude thing');
  await order('First rude thing', 'Hide');
  await say(guest, 'Second rude thing');
  await order('Second rude thing', 'Bar from the talk');
  await saying(guest).getByLabel('Say something').fill('Third rude thing');
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(guest).getByText('The host has closed the talk to you.').waitFor();

  await saying(page).locator('.order > summary').click();
  await saying(page).getByRole('button', { name: /^Let .* talk again$/ }).click();
  await saying(page).locator('.order:not([open])').waitFor();
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await said(page).getByText('Third rude thing').waitFor();

  await saying(page).locator('.order > summary').click();
  await saying(page).getByRole('button', { name: 'Clear everything' }).click();
  await said(guest).getByText('Welcome, everybody').waitFor({ state: 'detached' });
  await said(guest).locator('.line').waitFor({ state: 'detached' });

  await say(guest, 'Fourth rude thing');
  await said(page).locator('.line .more summary').click();
  // The form that comes back once it is done is another, and empty.
  await saying(page).getByLabel('Say something').fill('Enough');
  await said(page).getByRole('button', { name: 'Five minutes’ silence' }).click();
  await saying(page).locator('input[name=text]:placeholder-shown').waitFor();
  await saying(guest).getByLabel('Say something').fill('Fifth rude thing');
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(guest).getByText('The host asks you to be silent').waitFor();
  assert.equal(await saying(guest).getByLabel('Say something').inputValue(), 'Fifth rude thing');
}, { expected: [/422/], firefox: true });

journey('the host says what is not to be said, and what everybody should notice', async ({ node, page, context, js }) => {
  const guest = await another(context, node, js);
  await logIn(page, node);
  await page.goto(node.url(node.room));
  await saying(page).locator('.order > summary').click();
  await saying(page).getByLabel('Words that are not to be said').fill(`spoiler\n${'x'.repeat(41)}`);
  await saying(page).getByRole('button', { name: 'Keep this list' }).click();
  await saying(page).getByRole('alert').waitFor();
  assert.match(await saying(page).getByLabel('Words that are not to be said').inputValue(), /^spoiler\nx{41}$/, 'what was typed stays');
  await saying(page).getByLabel('Words that are not to be said').fill('spoiler');
  await saying(page).getByRole('button', { name: 'Keep this list' }).click();
  await saying(page).locator('.order:not([open])').waitFor();
  await saying(guest).getByLabel('Say something').fill('A SPOILER: he did it');
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(guest).getByText('does not want “spoiler” said here').waitFor();
  assert.equal(await saying(guest).getByText('for everybody to notice').count(), 0);
  await saying(page).getByText('for everybody to notice').click();
  await say(page, 'In five minutes we begin');
  await said(guest).locator('.announced').getByText('In five minutes we begin').waitFor();

  // Slowly: who has just said something waits, and keeps what they typed.
  const pause = async (length) => {
    await saying(page).locator('.order > summary').click();
    await saying(page).getByLabel('Between two lines of one person').selectOption(length);
    await saying(page).getByRole('button', { name: 'Set the pause' }).click();
    await saying(page).locator('.order:not([open])').waitFor();
  };
  await pause('1 minute');
  await say(guest, 'Then I fetch my tea');
  await saying(guest).getByLabel('Say something').fill('Or rather coffee');
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(guest).getByText('The host has slowed the talk down.').waitFor();
  assert.equal(await saying(guest).getByLabel('Say something').inputValue(), 'Or rather coffee');
  await pause('No pauses');
  await saying(guest).getByRole('button', { name: 'Say', exact: true }).click();
  await said(page).getByText('Or rather coffee').waitFor();
}, { expected: [/422/], firefox: true });

journey('a moderator keeps order as far as the host lets them', async ({ node, page, context, js }) => {
  const [helper, guest] = [await another(context, node, js), await another(context, node, js)];
  await logIn(page, node);
  await page.goto(node.url(node.room));
  await say(helper, 'I can help');
  const line = said(page).locator('.line:has-text("I can help")');
  await line.locator('.more summary').click();
  await line.getByLabel('silence people').uncheck();
  await line.getByRole('button', { name: 'Make a moderator' }).click();
  // The answer is a form of its own, folded up.
  const moderator = saying(page).getByText(/keeps order/);
  await moderator.waitFor({ state: 'attached' });
  await saying(page).locator('.order > summary').click();
  await moderator.waitFor();
  await say(helper, 'Thank you');
  await said(guest).locator('.line:has-text("Thank you") .badge-of').getByText('Moderator').waitFor();
  await say(guest, 'Something rude');
  const rude = said(helper).locator('.line:has-text("Something rude")');
  await rude.locator('.more summary').click();
  assert.equal(await rude.getByRole('button', { name: /silence|moderator/ }).count(), 0);
  await rude.getByRole('button', { name: 'Hide' }).click();
  await said(guest).locator('.line:has-text("Something rude")').waitFor({ state: 'detached' });
  await saying(page).getByRole('button', { name: /^Take that from/ }).click();
  await saying(page).locator('.order:not([open])').waitFor();
  await say(helper, 'As I was');
  assert.equal(await said(guest).locator('.line:has-text("As I was") .badge-of').count(), 0);
}, { firefox: true });

journey('whatever is said is text, and nothing in it is done', async ({ node, page, js }) => {
  await logIn(page, node); // nobody slows the host down
  await page.goto(node.url(node.room));
  for (const text of HOSTILE) await say(page, text);
  assert.equal(await said(page).locator('.line').count(), HOSTILE.length);
  assert.deepEqual(await said(page).locator('.words').locator('script, img, svg, iframe, object, math, style, meta, base, input').count(), 0);
  if (js) assert.equal(await page.frame({ url: /chat$/ }).evaluate(() => window.done), undefined);
}, { firefox: true });
