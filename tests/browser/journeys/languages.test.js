// The pages in other languages: as the browser asks for, and as chosen at a page's foot.

import assert from 'node:assert/strict';

import { assertFaultless, open } from '../lib/browsers.js';
import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { facts, moves, said, saying } from '../lib/pages.js';

/** What a page of each language says. */
const WORDS = {
  'de-AT': {
    lang: 'de', lobby: 'Komm herein', onAir: 'Auf Sendung', watching: '1 schaut zu', talk: 'Gespräch', say: 'Sag etwas', send: 'Sagen',
    begins: 'Sei nett.', studio: 'Studio', goDark: 'Sendung beenden', off: 'Du bist nicht auf Sendung.', network: 'Netz', encoder: 'Encoder', source: 'Testbild', lost: 'Die Datei /nowhere/film.mp4 lässt sich nicht öffnen', stop: 'Nicht mehr zuschauen',
    again: 'Das hast du gerade gesagt.', noRoom: 'Diesen Raum gibt es hier nicht.', guest: 'Gast', short: 'Das Passwort hat weniger als 10 Zeichen; bitte wähle ein längeres.',
  },
  es: {
    lang: 'es', lobby: 'Entra', onAir: 'En directo', watching: '1 mirando', talk: 'Charla', say: 'Di algo', send: 'Decir',
    begins: 'Sé amable.', studio: 'Estudio', goDark: 'Terminar el directo', off: 'Estás fuera del aire.', network: 'Red', encoder: 'Codificador', source: 'imagen de prueba', lost: 'El archivo /nowhere/film.mp4 no se puede abrir', stop: 'Dejar de mirar',
    again: 'Acabas de decir eso.', noRoom: 'Aquí no existe esa sala.', guest: 'Invitado', short: 'La contraseña tiene menos de 10 caracteres; elige una más larga, por favor.',
  },
};

const lang = (page) => page.locator('html').getAttribute('lang');

for (const [locale, words] of Object.entries(WORDS)) {
  journey(`lobby and room speak ${words.lang}`, async ({ node, page, context, js }) => {
    const answer = await page.goto(node.url('/'));
    assert.equal(await answer.headerValue('content-language'), words.lang);
    assert.match(await answer.headerValue('vary'), /accept-language/i);
    assert.equal(await lang(page), words.lang);
    await page.getByRole('heading', { name: words.lobby, level: 1 }).waitFor();
    await page.getByText(words.onAir, { exact: true }).waitFor();
    await look(page, `lobby-${words.lang}`, js);
    await page.locator('.room-card a').first().click();
    await page.waitForURL(`**${node.room}`);
    assert.equal(await lang(page), words.lang);
    await moves(page, js, 'the room');
    await facts(page, js).getByText(words.onAir, { exact: true }).waitFor();
    await facts(page, js).getByText(words.watching).waitFor();
    await page.getByRole('heading', { name: words.talk, level: 2 }).waitFor();
    if (js) await page.getByRole('button', { name: words.stop }).waitFor();
    // The talk's page stays open in its frame.
    await said(page).getByText(words.begins).waitFor();
    for (const line of ['Servus.', 'Servus.']) {
      await saying(page).getByLabel(words.say).fill(line);
      await saying(page).getByRole('button', { name: words.send, exact: true }).click();
      await said(page).locator('.line .text').getByText(line, { exact: true }).first().waitFor();
    }
    // Who gave no name has a number, and each reads it in their own language.
    const called = await said(page).locator('.line .name').first().textContent();
    assert.match(called, new RegExp(`^${words.guest} \\d+$`));
    await saying(page).locator('.as summary').getByText(called).waitFor();
    await facts(page, js).locator('.people .name').getByText(called, { exact: true }).waitFor();
    const english = await open(await context.browser().newContext({ javaScriptEnabled: js, locale: 'en' }), node);
    await english.goto(node.url(node.room));
    const inEnglish = called.replace(words.guest, 'Guest');
    await said(english).locator('.line .name').getByText(inEnglish, { exact: true }).first().waitFor();
    await facts(english, js).getByRole('link', { name: `Report ${inEnglish}` }).click();
    await english.locator('.reported').getByText(inEnglish, { exact: true }).waitFor();
    assertFaultless(english);
    await saying(page).getByRole('alert').getByText(words.again).waitFor();
    assert.equal(await saying(page).getByLabel(words.say).inputValue(), 'Servus.', 'nothing that was typed is lost');
    await look(page, `room-${words.lang}`, js);
    await page.goto(node.url('/room/unknown'));
    await page.getByRole('heading', { name: words.noRoom }).waitFor();
    assert.equal(await lang(page), words.lang);
  }, { context: { locale }, expected: [/404/, /422/] });

  journey(`the studio speaks ${words.lang}`, async ({ node, page, js }) => {
    await page.goto(node.ready.studio);
    await page.getByRole('heading', { name: words.studio, level: 1 }).waitFor();
    assert.equal(await lang(page), words.lang);
    await page.getByRole('heading', { name: words.network, level: 2 }).waitFor();
    await facts(page, js).getByText(words.encoder, { exact: true }).waitFor();
    await facts(page, js).getByText(words.source, { exact: true }).waitFor();
    // A player that is still being connected when the room goes dark is told that it is not there.
    await moves(page, js, 'the studio');
    // What is wrong with a source.
    const sources = page.locator('form[action="/studio/source"]').first();
    const token = await sources.locator('[name="csrf"]').inputValue();
    const chosen = { csrf: token, source: 'file:/nowhere/film.mp4' };
    await page.request.post(node.url('/studio/source'), { form: chosen, maxRedirects: 0 });
    await facts(page, js).getByText(words.lost).waitFor();
    await page.getByRole('button', { name: words.goDark }).click();
    await page.getByText(words.off).waitFor();
    await look(page, `studio-${words.lang}`, js);
    // The field's own limit would stop it before the node does.
    const form = page.locator('form[action="/studio/password"]');
    const csrf = await form.locator('[name="csrf"]').inputValue();
    const refused = await page.request.post(node.url('/studio/password'), { form: { csrf, password: 'short' }, headers: { 'accept-language': locale } });
    assert.equal(refused.status(), 422);
    assert.ok((await refused.text()).includes(words.short));
  }, { context: { locale } });
}

journey('a language is chosen at the foot of a page, and stays chosen', async ({ node, page, context }) => {
  await page.goto(node.url(`${node.room}?watch=video&fps=7`));
  assert.equal(await lang(page), 'en');
  await page.getByRole('button', { name: 'Deutsch', exact: true }).click();
  await page.getByRole('heading', { name: 'Gespräch', level: 2 }).waitFor();
  assert.equal(new URL(page.url()).search, '?watch=video&fps=7', 'it is the same page');
  assert.equal(await lang(page), 'de');
  assert.equal(await page.locator('.languages [aria-current]').textContent(), 'Deutsch');
  await saying(page).getByRole('heading', { name: 'Sag etwas', level: 1 }).waitFor();
  await said(page).getByText('Sei nett.').waitFor();
  const cookies = await context.cookies();
  const kept = cookies.find(({ name }) => name.startsWith('parlor-language-'));
  assert.deepEqual([kept.value, kept.httpOnly, kept.sameSite, kept.expires], ['de', true, 'Strict', -1]);
  await page.goto(node.url('/'));
  await page.getByRole('button', { name: 'Español', exact: true }).click();
  await page.getByRole('heading', { name: 'Entra', level: 1 }).waitFor();
  await page.goto(node.url('/no-such-page'));
  await page.getByRole('heading', { name: 'No existe esa página.' }).waitFor();
  await page.getByRole('button', { name: 'English', exact: true }).click();
  await page.getByRole('heading', { name: 'There is no such page.' }).waitFor();
}, { expected: [/404/], firefox: true });
