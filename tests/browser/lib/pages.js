// Where things are on the pages: the words and names that people and assistive programs go by, in one place.

import assert from 'node:assert/strict';

import { until } from './journey.js';
import { advances, screenshotCode, shown } from './timecode.js';

/** The element that shows the room's picture in the player of this page. */
export function picture(page, js) {
  return page.locator(js ? '#video:visible, #stills:visible' : '#plain, noscript img').first();
}

/** Waits until the picture moves: by its pixels through a canvas with scripts, by screenshots without. */
export async function moves(page, js, what) {
  const element = picture(page, js);
  await element.waitFor();
  return advances(() => (js ? shown(element) : screenshotCode(page, element)), what);
}

/** Waits until a video's own clock runs. */
export async function plays(video, what) {
  const start = await video.evaluate((element) => element.currentTime);
  await until(() => video.evaluate((element) => element.currentTime), (time) => time > start, what);
}

/** What changes on a page by itself: in the page with scripts, in a frame without. */
export function facts(page, js) {
  return js ? page.locator('#facts') : page.frameLocator('.facts-frame');
}

/** What is said in the room, and the form with which more is said: each in a frame. */
export const said = (page) => page.frameLocator('.talk-said[src]');
export const saying = (page) => page.frameLocator('.talk-form[src]');

/** Sends it, and waits until more can be said. */
export async function send(page, text) {
  await saying(page).getByLabel('Say something').fill(text);
  await saying(page).getByRole('button', { name: 'Say', exact: true }).click();
  // After that the form is another: what is typed into this one while that is on its way would be lost.
  await saying(page).locator('input[name=text]:placeholder-shown').waitFor();
}

/** Says it, and waits until it stands there. */
export async function say(page, text) {
  await send(page, text);
  await said(page).locator('.line .text').getByText(text, { exact: true }).waitFor();
}

/** Takes a name, and the mark of a phrase. */
export async function be(page, name, phrase) {
  await saying(page).locator('.as summary').click();
  await saying(page).getByLabel('Name', { exact: true }).fill(name);
  await saying(page).getByLabel('Secret phrase').fill(phrase);
  await saying(page).getByRole('button', { name: 'Be called so' }).click();
  await saying(page).locator('.as summary').getByText(name).waitFor();
}

/** The form with which files are sent, in a frame. */
export const sending = (page) => page.frameLocator('.files-form[src]');

/** Sends a file, whatever becomes of it. */
export async function sendFile(page, name, buffer) {
  await sending(page).getByLabel('Send a file').setInputFiles({ name, mimeType: 'text/html', buffer });
  await sending(page).getByRole('button', { name: 'Send', exact: true }).click();
}

/** Logs the host in by the one-time link. */
export async function logIn(page, node) {
  await page.goto(node.ready.studio);
  assert.equal(new URL(page.url()).pathname, '/studio', 'the secret stays in no address');
  await page.getByRole('heading', { name: 'Studio', level: 1 }).waitFor();
}

/** Goes on air or off in the studio. */
export async function setOnAir(page, on) {
  const stated = page.getByLabel('Everybody on camera is an adult');
  if (on && await stated.count()) await stated.check();
  await page.getByRole('button', { name: on ? 'Go on air' : 'Go off air' }).click();
  await page.getByRole('button', { name: on ? 'Go off air' : 'Go on air' }).waitFor();
}

/** Waits until the page shows what is looked for: by itself with scripts, when it is loaded again without. */
export async function appears(page, js, locator, what) {
  if (js) return locator.waitFor();
  await until(async () => {
    await page.reload();
    return locator.isVisible();
  }, Boolean, what);
}

/** Pastes an invite into the lobby. */
export async function paste(page, node, invite) {
  await page.goto(node.url('/'));
  await page.getByText('Paste an invite').click();
  await page.getByLabel('Invite link').fill(invite);
  await page.getByRole('button', { name: 'Open the room' }).click();
}
