// What a page looks like, at three widths, light and dark. axe finds nothing, nothing is cut off, and a screenshot for people to look at.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { until } from './journey.js';
import { PlainPage } from './plain.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where scripts are off, what stands in `noscript` is seen, which axe, being a script, does not expect. */
const PLAIN_AXE = AXE.replaceAll('["style","script","noscript","template"]', '["style","script","template"]');
const OUTPUT = fileURLToPath(new URL('../../output/', import.meta.url));
/** A phone, a tablet, a desk. Colours are the same at every width, so the dark ones are looked at once. */
const VIEWS = [[390, 'light'], [820, 'light'], [1440, 'light'], [390, 'dark']];
/** Without scripts there is little else to see: what fits the phone and the desk, in either colours. */
const PLAIN_VIEWS = [[390, 'dark'], [1440, 'light']];
/** Firefox draws what Chromium did. */
const FIREFOX_VIEWS = [[390, 'dark']];

/**
 * The page as a browser without scripts shows it, in a page where axe, which is a script, can run: what stood in `noscript` stands
 * in the open, and the page's own scripts are gone.
 */
async function withScripts(page) {
  const html = (await page.content()).replace(/<\/?noscript[^>]*>/g, '').replace(/<script.*?<\/script>/gs, '');
  const twin = await (await page.context().browser().newContext()).newPage();
  await twin.route(page.url(), (route) => route.fulfill({ contentType: 'text/html', body: html }));
  // The talk's frame never ends, and so neither does the page.
  await twin.goto(page.url(), { waitUntil: 'domcontentloaded' });
  return twin;
}

/** In a frame: its heading is that of the page around it, and what stays open is asked for again once it has ended, losing nothing. */
const IN_FRAMES = { 'page-has-heading-one': { enabled: false }, 'meta-refresh': { enabled: false } };

/** What axe finds in the document. Whatever it says of what is right is left out: to say that takes as long as to look. */
async function violations(page, axe, rules = {}) {
  // A page that was loaded anew meanwhile has it no more.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { violations } = await window.axe.run(document, { iframes: false, resultTypes: ['violations'], rules });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }, rules);
}

/** The same in a frame, which may be loaded anew meanwhile, as those are that refresh themselves. */
function violationsInside(frame, axe) {
  const find = async () => {
    try {
      // One that waits to be needed is empty.
      return await frame.evaluate(() => location.protocol === 'about:') ? [] : await violations(frame, axe, IN_FRAMES);
    } catch (error) {
      if (await frame.evaluate(() => 'axe' in window).catch(() => false)) throw error;
      return null;
    }
  };
  return until(find, Boolean, 'what axe finds in a frame');
}

/** Looks at the page as it is now. */
export async function look(page, name, js) {
  mkdirSync(OUTPUT, { recursive: true });
  // In Firefox axe runs beside the page, whose own scripts stay off.
  const isFirefox = page instanceof PlainPage;
  const twin = js || isFirefox ? page : await withScripts(page);
  const suffix = isFirefox ? '-firefox' : js ? '' : '-noscript';
  const axe = isFirefox ? PLAIN_AXE : AXE;
  // What stands in frames is small, and looked at once.
  let [, ...frames] = twin === page ? await page.frames() : [];
  for (const [width, colorScheme] of isFirefox ? FIREFOX_VIEWS : js ? VIEWS : PLAIN_VIEWS) {
    for (const each of new Set([page, twin])) {
      await each.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await each.setViewportSize({ width, height: 900 });
    }
    const where = `${name}, ${width} pixels, ${colorScheme}${suffix}`;
    const draw = async () => {
      await page.screenshot({ path: `${OUTPUT}${name}-${width}-${colorScheme}${suffix}.png`, fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${where}: ${overflow} pixels wider than the window`);
    };
    const check = async () => assert.deepEqual(await violations(twin, axe), [], where);
    if (twin === page) {
      await draw();
      await check();
    } else {
      // Two pages, two processors.
      await Promise.all([draw(), check()]);
    }
    for (const frame of frames) assert.deepEqual(await violationsInside(frame, axe), [], `${where}, in a frame`);
    frames = [];
  }
  if (twin !== page) await twin.context().close();
}
