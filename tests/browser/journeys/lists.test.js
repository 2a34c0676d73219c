// Lists of people whom others refuse: followed in the studio, told to whoever is on one, and made from the host's own.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { be, logIn, said, say, saying } from '../lib/pages.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** Somebody who keeps lists, by the words of the specification alone. */
class Keeper {
  #keys = generateKeyPairSync('ed25519');
  #name;

  constructor(name = 'Rude people') {
    this.#name = name;
  }

  get key() {
    return base32(this.#keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  }

  list(sequence, items) {
    const head = `version: 1\nname: "${this.#name}"\nauthor: "Ann"\nparlor_key: ${this.key}\nparlor_sequence: ${sequence}\n`;
    const rest = `---\n${items.map((item) => `${item}\n`).join('')}`;
    const signature = sign(null, Buffer.from(`parlor denylist v1${head}${rest}`), this.#keys.privateKey);
    return `${head}parlor_signature: ${base32(signature)}\n${rest}`;
  }
}

async function follow(page, text) {
  await page.getByLabel('A list, or a newer version').fill(text);
  await page.getByRole('button', { name: 'Follow it' }).click();
}

journey('a host follows a list, and who is on it is told which and why', async ({ node, page, context, js }) => {
  const keeper = new Keeper();
  const rude = await open(await context.browser().newContext({ javaScriptEnabled: js }), node, { expected: [/422/] });
  await rude.goto(node.url(node.room));
  await be(rude, 'Rudi', 'open sesame');
  await say(rude, 'Buy my things');
  const marks = await said(rude).locator('.line:has-text("Buy my things") .mark').textContent();
  const mark = marks.match(/[a-z2-7]{10}/)[0];

  await logIn(page, node);
  await page.getByRole('link', { name: 'Lists of others' }).click();
  const list = keeper.list(7, [`/parlor/mark/${mark} reason:Spam%20everywhere`, '/parlor/mark/aaaaaaaaaa']);
  await follow(page, list.replace('Spam', 'Ham'));
  await page.getByText('signature does not fit').waitFor();
  assert.match(await page.getByLabel('A list, or a newer version').inputValue(), /Ham/);
  await follow(page, list);
  await page.getByText('You follow the list.').waitFor();
  await page.getByText(keeper.key).waitFor();
  await page.getByText('Who is on it').click();
  await page.getByText('In the room').waitFor();
  await look(page, 'studio-lists', js);

  await saying(rude).getByLabel('Say something').fill('Buy more');
  await saying(rude).getByRole('button', { name: 'Say', exact: true }).click();
  await saying(rude).getByText('You are on the list “Rude people”, which the host follows: Spam everywhere').waitFor();
  assert.equal(await saying(rude).getByLabel('Say something').inputValue(), 'Buy more');
  await look(rude, 'talk-listed', js);

  await page.getByRole('button', { name: new RegExp(`Let talk all the same ?: !${mark}`) }).click();
  await page.getByText('They may talk here, whatever the list says.').waitFor();
  await saying(rude).getByRole('button', { name: 'Say', exact: true }).click();
  await said(rude).locator('.line .text').getByText('Buy more', { exact: true }).waitFor();

  await follow(page, keeper.list(6, []));
  await page.getByText('You have a newer version of this list already.').waitFor();
  await follow(page, new Keeper().list(8, []));
  await page.getByText('signed by another key').waitFor();
  assertFaultless(rude);
}, { expected: [/422/], firefox: true });

/** Chooses a file with this in it, and follows it. */
async function upload(page, text) {
  await page.getByLabel('Or the file that it is in').setInputFiles({ name: 'rude.deny', mimeType: 'application/octet-stream', buffer: Buffer.from(text, 'latin1') });
  await page.getByRole('button', { name: 'Follow it' }).click();
}

journey('a list comes as a file', async ({ node, page }) => {
  const keeper = new Keeper();
  const refused = (why) => page.locator('[role=alert]', { hasText: why }).waitFor();
  await logIn(page, node);
  await page.getByRole('link', { name: 'Lists of others' }).click();
  await page.getByRole('button', { name: 'Follow it' }).click();
  await refused('Paste a list, or choose the file');
  const list = keeper.list(7, ['/parlor/mark/aaaaaaaaaa reason:Spam']);
  await upload(page, list.replace('Spam', 'Ham'));
  await refused('signature does not fit');
  await upload(page, '\xff\xfe');
  await refused('characters in line 1');
  // Far more than a list may have is heard out, and refused as it is.
  await upload(page, 'x'.repeat(6_000_000));
  await refused('131072 bytes at most');
  await page.getByLabel('A list, or a newer version').fill('what I typed');
  await upload(page, list);
  await refused('leave one of them out');
  assert.match(await page.getByLabel('A list, or a newer version').inputValue(), /what I typed/);
  await page.getByLabel('A list, or a newer version').fill('');
  await upload(page, list);
  await page.getByText('You follow the list.').waitFor();
  await page.getByText(keeper.key).waitFor();
  await upload(page, keeper.list(6, []));
  await refused('You have a newer version');
  await upload(page, keeper.list(8, ['/parlor/mark/bbbbbbbbbb']).replaceAll('\n', '\r\n'));
  await page.getByText('The newer version of the list').waitFor();
  await page.getByText('Who is on it').click();
  await page.getByText('!bbbbbbbbbb').first().waitFor();
  // Another list counts as well, until it is followed no more.
  const second = new Keeper('Worse people');
  await upload(page, second.list(1, ['/parlor/mark/cccccccccc']));
  await page.getByText('You follow the list.').waitFor();
  for (const each of [keeper, second]) await page.getByText(each.key).waitFor();
  await page.getByRole('button', { name: 'Leave the list Rude people' }).click();
  await page.getByText('You do not follow the list any more.').waitFor();
  await page.getByText(keeper.key).waitFor({ state: 'detached' });
  await page.getByText(second.key).waitFor();
}, { expected: [/422/], firefox: true });
