// Debian's Chromium and Firefox, and pages in them that report everything a page must not do.

import assert from 'node:assert/strict';
import { after } from 'node:test';

import playwright from 'playwright-core';

const CHROMIUM = {
  executablePath: process.env.PARLOR_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    // Else a page that is alone on loopback is offered as a name that only multicast resolves.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
  ],
};

/** A walk's share of a browser: contexts of its own, which know nothing of those of other walks and end with it. */
class Share {
  #browser;
  #contexts = [];

  constructor(browser) {
    this.#browser = browser;
  }

  async newContext(options) {
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    // Further visitors of the walk come in by this.
    context.browser = () => this;
    return context;
  }

  /** Closes its contexts; the browser goes on. */
  async close() {
    for (const context of this.#contexts) await context.close();
  }
}

/** One browser for all walks of a process: started for the first of them, and again where it has died. */
function shared(launch) {
  let started = null;
  const start = async () => {
    const browser = await launch();
    browser.once('disconnected', () => { started = null; });
    return browser;
  };
  after(async () => (await started)?.close());
  return async () => {
    started ??= start();
    return new Share(await started);
  };
}

/** Chromium. */
export const chromium = shared(() => playwright.chromium.launch(CHROMIUM));

/** Debian's own Firefox, driven over WebDriver BiDi; without scripts, see marionette.js. */
export const firefox = shared(() => playwright.firefox.launch({
  executablePath: process.env.PARLOR_FIREFOX ?? '/usr/bin/firefox-esr',
  channel: 'moz-firefox',
  firefoxUserPrefs: { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0 },
}));

/**
 * Opens a page that remembers its faults: errors of scripts, messages on the console, requests to strangers.
 * `expected` are patterns of console messages that the test itself provokes.
 */
export async function open(context, node, { expected = [] } = {}) {
  const page = await context.newPage();
  // Without scripts a room's page holds the talk open, and so is never loaded to its end.
  for (const name of ['goto', 'waitForURL']) {
    const wait = page[name].bind(page);
    page[name] = (url, options) => wait(url, { waitUntil: 'domcontentloaded', ...options });
  }
  const reload = page.reload.bind(page);
  page.reload = (options) => reload({ waitUntil: 'domcontentloaded', ...options });
  page.faults = [];
  const fault = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) page.faults.push(text);
  };
  page.on('pageerror', (error) => fault(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) fault(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.origin !== node.ready.web) {
      fault(`request to a stranger: ${request.url()}`);
    }
  });
  return page;
}

/** Fails if the page did anything that it must not do. */
export function assertFaultless(page) {
  assert.deepEqual(page.faults, []);
}
