// Journeys: what a person does in the pages, each walked twice, with JavaScript and without.

import test from 'node:test';

import { assertFaultless, chromium, open } from './browsers.js';
import { Node } from './node.js';

/** The limit at which a hang becomes a failure. It is no measurement: steps wait for what they need. */
export const HANG_MS = 60_000;

/**
 * Registers a journey for each of `scripts` (with and without JavaScript). The walk gets `{ node, page, context, js }`, a fresh
 * node and a fresh browser; at the end the page must be without fault. `expected`: console messages that are part of the journey;
 * `context`: what else the browser is told of its page, such as its `locale`.
 */
export function journey(name, walk, { scripts = [true, false], start = {}, expected = [], viewport, context: options = {}, browser = chromium } = {}) {
  for (const js of scripts) {
    test(`${name} (${js ? 'with' : 'without'} JavaScript)`, { timeout: 2 * HANG_MS }, async () => {
      const node = await Node.start(start);
      const launched = await browser();
      try {
        const context = await launched.newContext({ javaScriptEnabled: js, ...(viewport && { viewport }), ...options });
        context.setDefaultTimeout(HANG_MS);
        const page = await open(context, node, { expected });
        await walk({ node, page, context, js });
        assertFaultless(page);
      } finally {
        await launched.close();
        await node.stop();
      }
    });
  }
}

/** Asks until the answer is as wanted: for what the browser has no event for. */
export async function until(ask, wanted, what) {
  const deadline = Date.now() + HANG_MS;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(answer)}`);
  }
}
