// What a page looks like: light and dark, at three widths. axe finds nothing, nothing is cut off, and a screenshot for people to look at.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { PlainPage } from './plain.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where scripts are off, what stands in `noscript` is seen, which axe, being a script, does not expect. */
const PLAIN_AXE = AXE.replaceAll('["style","script","noscript","template"]', '["style","script","template"]');
const OUTPUT = fileURLToPath(new URL('../../output/', import.meta.url));
const WIDTHS = [390, 820, 1440];

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

/** What axe finds in the document. Whatever it says of what is right is left out: to say that takes as long as to look. */
async function violations(page, axe) {
  // A page that was loaded anew meanwhile has it no more.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false, resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

/** Looks at the page as it is now, at every width and in both colour schemes. */
export async function look(page, name, js) {
  mkdirSync(OUTPUT, { recursive: true });
  // In Firefox axe runs beside the page, whose own scripts stay off. One look at each page is enough there.
  const isFirefox = page instanceof PlainPage;
  const twin = js || isFirefox ? page : await withScripts(page);
  const suffix = isFirefox ? '-firefox' : js ? '' : '-noscript';
  for (const colorScheme of isFirefox ? ['dark'] : ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (twin !== page) await twin.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of isFirefox ? [390] : WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      if (twin !== page) await twin.setViewportSize({ width, height: 900 });
      const where = `${name}, ${width} pixels, ${colorScheme}${suffix}`;
      await page.screenshot({ path: `${OUTPUT}${name}-${width}-${colorScheme}${suffix}.png`, fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${where}: ${overflow} pixels wider than the window`);
      assert.deepEqual(await violations(twin, isFirefox ? PLAIN_AXE : AXE), [], where);
    }
  }
  if (twin !== page) await twin.context().close();
}
