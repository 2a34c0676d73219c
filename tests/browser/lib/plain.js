// Pages in Firefox without JavaScript (marionette.js), with as much of Playwright's words as the journeys say: so a walk is
// walked there as it stands. How elements are named: see locator.js.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { until } from './journey.js';
import { ENTER, Scope } from './locator.js';
import { PlainFirefox } from './marionette.js';
import { DRAW, RESIZE, COLOUR, OPEN, COOKIES, LANGUAGE, SAVED, REFUSALS } from './outside.js';

/** What Playwright runs in pages to find things; its bundle holds it as a string. */
const FINDER = (() => {
  const bundle = readFileSync(createRequire(import.meta.url).resolve('playwright-core/lib/coreBundle'), 'utf8');
  const [, literal] = /injectedScriptSource\.ts"\(\) \{[^']*?source3 = ('.*');\n/.exec(bundle);
  const options = { isUnderTest: false, sdkLanguage: 'javascript', testIdAttributeName: 'data-testid', stableRafCount: 1, browserName: 'firefox', customEngines: [] };
  return `const module = {};\n${new Function(`return ${literal}`)()}\nglobalThis.finder = new (module.exports.InjectedScript())(globalThis, ${JSON.stringify(options)});`;
})();
const REFERENCE = 'element-6066-11e4-a52e-4f735466cecf';

/** What is said of documents and elements that have gone meanwhile, or can't be clicked yet. */
const GONE = /no such element|no such frame|stale element|no such window|not interactable|could not be scrolled|is not clickable|obscures it|unloaded|destroyed|AbortError|actor/i;

/** Runs beside the page: whether this element, once clicked, leads to another document in its place, at the top, or neither. */
function leadsWhither(element) {
  const link = element.closest('a[href]:not([download])');
  const button = element.closest('button, input[type=submit]');
  const isSent = button?.type === 'submit' && button.form && (button.form.noValidate || button.formNoValidate || button.form.checkValidity());
  const target = link?.target || button?.formTarget || (isSent && button.form.target) || document.querySelector('base[target]')?.target || '_self';
  return link || isSent ? ({ _self: 'here', _top: 'top', _parent: 'top' }[target] ?? 'nowhere') : 'nowhere';
}

/** A page in a tab. */
export class PlainPage extends Scope {
  #firefox;
  #context;
  #handle;
  #url = 'about:blank';
  #isSaving = false;
  /** Playwright's pages note theirs here; those of Firefox are asked for at the end. */
  faults = [];
  mouse = { move: (x, y) => this.#point(x, y) };
  request = {
    get: (url) => this.#fetch(url),
    post: (url, { form }) => this.#fetch(url, { method: 'POST', body: new URLSearchParams(form) }),
  };

  constructor(firefox, context, handle) {
    super(null, '');
    this.#firefox = firefox;
    this.#context = context;
    this.#handle = handle;
  }

  /** What one hears of Playwright's pages, and not of these. */
  on() {}

  context() {
    return this.#context;
  }

  url() {
    return this.#url;
  }

  async goto(url, { waitUntil } = {}) {
    await this.#turn(async () => {
      await this.#firefox.run('globalThis.left = true');
      await this.#firefox.goto(url);
    });
    return this.#arrives(waitUntil);
  }

  async reload() {
    await this.#turn(async () => {
      await this.#firefox.run('globalThis.left = true');
      await this.#firefox.call('WebDriver:Refresh');
    });
    return this.#arrives();
  }

  /** Waits for a file that is saved; that a click leads to. */
  async waitForEvent(event) {
    assert.equal(event, 'download');
    this.#isSaving = true;
    const saved = await until(() => this.#turn(() => this.#firefox.runOutside(SAVED)), Boolean, 'a file');
    this.#isSaving = false;
    // The next of this name is not to be another's second.
    const kept = await this.#folder();
    const file = path.join(kept, path.basename(saved));
    await rename(saved, file);
    return { suggestedFilename: () => path.basename(file), path: async () => file };
  }

  async waitForURL(wanted) {
    const pattern = typeof wanted === 'string' && new RegExp(`^${wanted.replace(/[.?+^$()[\]{}|\\]/g, '\\$&').replaceAll('**', '.+').replaceAll(/(?<!\.)\*|\*(?!\+)/g, '.*')}$`);
    const fits = (url) => (pattern ? pattern.test(url) : wanted(new URL(url)));
    await until(() => this.evaluate(() => location.href), fits, `the address ${wanted}`);
  }

  /** Runs beside the page, in its top document. */
  evaluate(ask, argument) {
    return this.#evaluate(null, ask, argument);
  }

  /** Its documents: the page's own, and those in its frames. */
  async frames() {
    const count = await this.evaluate(() => window.frames.length);
    return [this, ...Array.from({ length: count }, (_, id) => ({ evaluate: (ask, argument) => this.#evaluate(id, ask, argument) }))];
  }

  /** Runs beside the document in the frame of this number, or beside the top document. */
  #evaluate(frame, ask, argument) {
    return this.#turn(async () => {
      await this.#firefox.call('WebDriver:SwitchToFrame', { id: null });
      if (frame !== null) await this.#firefox.call('WebDriver:SwitchToFrame', { id: frame });
      if (typeof ask === 'string') return this.#firefox.run(ask);
      const script = `const done = arguments[1]; Promise.resolve((${ask})(arguments[0])).then(done, (error) => done({ failed: String(error) }));`;
      const { value } = await this.#firefox.call('WebDriver:ExecuteAsyncScript', { script, args: [argument ?? null], sandbox: 'system', newSandbox: false });
      if (value?.failed) throw new Error(value.failed);
      return value;
    });
  }

  /** What `ask` gives of the elements that a selector finds now; `null` where their frame is not there. */
  ask(selector, ask, argument) {
    return this.#turn(() => this.#ask(selector, ask, argument));
  }

  /** Clicks the one element as a person does, and waits until what that leads to is there. */
  async click(selector) {
    const leads = await this.#act(selector, (id) => this.#firefox.call('WebDriver:ElementClick', { id }));
    if (leads === 'nowhere' || this.#isSaving) return;
    const frames = leads === 'here' ? selector.split(ENTER).slice(0, -1) : [];
    const html = [...frames, 'html'].join(ENTER);
    // A frame that is not there any more is left too.
    await until(() => this.ask(html, () => globalThis.left === true), (isOld) => isOld !== true, `what ${selector} leads to`);
  }

  /** Types into the one element. */
  async type(selector, text, { clear }) {
    await this.#act(selector, async (id) => {
      if (clear) await this.#firefox.call('WebDriver:ElementClear', { id });
      await this.#firefox.call('WebDriver:ElementSendKeys', { id, text });
    });
  }

  /** A file that can be chosen. */
  async file(name, bytes) {
    const file = path.join(await this.#folder(), name);
    await writeFile(file, bytes);
    return file;
  }

  async screenshot({ clip, path: file, fullPage = false } = {}) {
    const image = await this.#turn(async () => {
      if (!clip) return (await this.#firefox.call('WebDriver:TakeScreenshot', { full: fullPage })).value;
      const [left, top] = await this.#firefox.run('return [scrollX, scrollY]');
      return this.#firefox.runOutside(DRAW, [clip.x + left, clip.y + top, clip.width, clip.height]);
    });
    const png = Buffer.from(image, 'base64');
    if (file) await writeFile(file, png);
    return png;
  }

  async setViewportSize({ width, height }) {
    await this.#turn(() => this.#firefox.runOutside(RESIZE, [width, height]));
    // The page's own process hears of it later.
    const size = () => this.evaluate(() => `${innerWidth} by ${innerHeight}`);
    await until(size, (seen) => seen === `${width} by ${height}`, `a page of ${width} by ${height}`);
  }

  emulateMedia({ colorScheme = 'none' }) {
    return this.#turn(() => this.#firefox.runOutside(COLOUR, [colorScheme]));
  }

  cookies() {
    return this.#turn(() => this.#firefox.runOutside(COOKIES, [new URL(this.#url).hostname, this.#context.jar]));
  }

  async close() {
    await this.#turn(() => this.#firefox.call('WebDriver:CloseWindow'));
  }

  /** A folder that goes with the walk. */
  async #folder() {
    const folder = await mkdtemp(path.join(tmpdir(), 'parlor-file-'));
    this.#context.onEnd(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** One thing at a time: there is one tab in front, and one frame in which commands are done. */
  #turn(work) {
    return this.#firefox.turn(async () => {
      await this.#firefox.call('WebDriver:SwitchToWindow', { handle: this.#handle, focus: true });
      return work();
    });
  }

  async #ask(selector, ask, argument) {
    try {
      const frames = selector.split(ENTER);
      const wanted = frames.pop();
      await this.#firefox.call('WebDriver:SwitchToFrame', { id: null });
      for (const frame of frames) {
        const [element] = await this.#find(frame, '(all) => all');
        if (!element) return null;
        await this.#firefox.call('WebDriver:SwitchToFrame', { element: element[REFERENCE] });
      }
      return await this.#find(wanted, ask, argument);
    } catch (error) {
      // The document went while it was asked.
      if (GONE.test(error.message)) return null;
      throw error;
    }
  }

  async #find(selector, ask, argument) {
    const script = `if (!globalThis.finder) return 'no finder';
      const all = finder.querySelectorAll(finder.parseSelector(arguments[0]), document);
      return { url: top.location.href, of: (${ask})(all, arguments[1]) };`;
    let answer = await this.#firefox.run(script, [selector, argument ?? null]);
    if (answer === 'no finder') {
      await this.#firefox.run(FINDER);
      answer = await this.#firefox.run(script, [selector, argument ?? null]);
    }
    if (typeof answer?.url !== 'string') throw new Error('the document was unloaded');
    this.#url = answer.url;
    return answer.of;
  }

  /** Does something to the one element, once that can be done; gives whither it leads, if it is clicked. */
  async #act(selector, act) {
    const one = `(all) => {
      if (all.length > 1) throw new Error('there are ' + all.length);
      const leads = all.length && (${leadsWhither})(all[0]);
      // Firefox's own way of doing that stops at the frame.
      for (let at = all[0]; at; at = at.ownerDocument.defaultView.frameElement) at.scrollIntoView({ block: 'center', behavior: 'instant' });
      if (leads === 'here') globalThis.left = true;
      return all.length ? [all[0], leads] : null;
    }`;
    const attempt = async () => {
      if ((await this.#ask(selector, one))?.[1] === 'top') await this.#ask('html', () => { globalThis.left = true; });
      const found = await this.#ask(selector, one);
      if (!found) return null;
      try {
        await act(found[0][REFERENCE]);
      } catch (error) {
        if (GONE.test(error.message)) return null;
        throw error;
      }
      return found[1];
    };
    return until(() => this.#turn(attempt), Boolean, selector);
  }

  /** Waits for the new document, and gives what is known of its answer. */
  async #arrives(waitUntil) {
    const look = ([html]) => (globalThis.left || !document.body ? 'old' : document.readyState);
    await until(() => this.ask('html', look), (state) => state === 'interactive' || state === 'complete' || (waitUntil === 'commit' && state === 'loading'), 'the page');
    const status = await this.evaluate(() => performance.getEntriesByType('navigation')[0]?.responseStatus);
    return { status: () => status };
  }

  #point(x, y) {
    const actions = [{ type: 'pointer', id: 'pointer', actions: [{ type: 'pointerMove', x, y, duration: 0 }] }];
    return this.#turn(async () => {
      await this.#firefox.call('WebDriver:SwitchToFrame', { id: null });
      await this.#firefox.call('WebDriver:PerformActions', { actions });
    });
  }

  /** Asks for something with this page's cookies, as Playwright does beside a page. */
  async #fetch(url, options = {}) {
    const cookie = (await this.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...options, headers: { cookie } });
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: () => answer.status, headers: () => Object.fromEntries(answer.headers), body: async () => body, text: async () => body.toString() };
  }
}

/** Tabs with cookies of their own. */
class PlainContext {
  #browser;
  #viewport;
  #pages = [];
  #ends = [];

  constructor(browser, jar, viewport) {
    this.#browser = browser;
    this.jar = jar;
    this.#viewport = viewport;
  }

  browser() {
    return this.#browser;
  }

  setDefaultTimeout() {}

  async newPage() {
    const page = new PlainPage(this.#browser.firefox, this, await this.#browser.openTab(this.jar));
    this.#pages.push(page);
    if (this.#viewport) await page.setViewportSize(this.#viewport);
    return page;
  }

  pages() {
    return this.#pages;
  }

  cookies() {
    return this.#pages[0].cookies();
  }

  onEnd(work) {
    this.#ends.push(work);
  }

  async close() {
    for (const page of this.#pages) await page.close();
    for (const work of this.#ends) await work();
  }
}

/** A walk's share of the one Firefox. */
class PlainBrowser {
  static #jars = 0;
  #contexts = [];

  constructor(firefox) {
    this.firefox = firefox;
  }

  async newContext({ locale, viewport } = {}) {
    await this.firefox.turn(() => this.firefox.runOutside(LANGUAGE, [locale ?? null]));
    // The first ones are Firefox's own.
    const context = new PlainContext(this, 100 + (PlainBrowser.#jars += 1), viewport);
    this.#contexts.push(context);
    return context;
  }

  openTab(jar) {
    return this.firefox.turn(async () => {
      const before = await this.firefox.call('WebDriver:GetWindowHandles');
      await this.firefox.runOutside(OPEN, [jar]);
      const opened = (handles) => handles.find((handle) => !before.includes(handle));
      return opened(await until(() => this.firefox.call('WebDriver:GetWindowHandles'), opened, 'a tab'));
    });
  }

  /** Closes its tabs; Firefox goes on. */
  async close() {
    for (const context of this.#contexts) await context.close();
    await this.firefox.turn(() => this.firefox.home());
  }

  /** What the pages' policy has refused since the last look. */
  refusals() {
    return this.firefox.turn(() => this.firefox.runOutside(REFUSALS));
  }
}

let shared = null;
after(async () => (await shared)?.close());

/** Firefox without JavaScript: one for all walks of a process. */
export async function plainFirefox() {
  shared ??= PlainFirefox.start(1280, 900);
  return new PlainBrowser(await shared);
}
