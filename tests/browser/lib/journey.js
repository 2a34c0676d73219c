// Journeys: what a person does in the pages, each walked twice, with JavaScript and without.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { assertFaultless, chromium, open } from './browsers.js';
import { Node } from './node.js';
import { plainFirefox } from './plain.js';

/** The limit at which a hang becomes a failure. It is no measurement: steps wait for what they need. */
export const HANG_MS = 60_000;

/**
 * Registers a journey for each of `scripts` (with and without JavaScript). The walk gets `{ node, page, context, js }`, a fresh
 * node and a page with cookies of its own; at the end the page must be without fault. `expected`: console messages that are part
 * of the journey; `context`: what else the browser is told of its page, such as its `locale`. With `firefox` it is walked in
 * Firefox too, without JavaScript: each thing that one can do in a room has such a journey.
 */
export function journey(name, walk, { scripts = [true, false], firefox = false, start = {}, expected = [], viewport, context: options = {}, browser = chromium } = {}) {
  const ways = scripts.map((js) => ({ js, launch: browser, called: js ? 'with' : 'without' }));
  if (firefox) ways.push({ js: false, launch: plainFirefox, called: 'in Firefox, without' });
  for (const { js, launch, called } of ways) {
    test(`${name} (${called} JavaScript)`, { timeout: 2 * HANG_MS }, async () => {
      const node = await Node.start(start);
      try {
        const launched = await launch();
        try {
          const context = await launched.newContext({ javaScriptEnabled: js, ...(viewport && { viewport }), ...options });
          context.setDefaultTimeout(HANG_MS);
          const page = await open(context, node, { expected });
          await walk({ node, page, context, js });
          assertFaultless(page);
          assert.deepEqual((await launched.refusals?.()) ?? [], []);
        } finally {
          await launched.close();
        }
      } finally {
        await node.stop();
      }
    });
  }
}

/** Between two looks for something: so long, what is looked for has the processors. Shorter than a picture is shown. */
export const PAUSE_MS = 50;

/** Asks until the answer is as wanted: for what the browser has no event for. */
export async function until(ask, wanted, what) {
  const deadline = Date.now() + HANG_MS;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(answer)}`);
    await setTimeout(PAUSE_MS);
  }
}
