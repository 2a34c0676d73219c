// The node as a process, for the browser tests: started on a free port, asked over its JSON interface, killed at the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const repo = fileURLToPath(new URL('../../..', import.meta.url));

/** Small and slow, so that the picture costs little; 640 pixels make a square of the time code one macroblock. */
const MEDIA = { width: 640, height: 360, fps: 15, bitrate_bps: 800000, keyframe_interval_ms: 1000, small: true };

/** The binary: PARLOR_BIN, or the one that cargo built. */
export function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(repo, 'target');
  const found = process.env.PARLOR_BIN ?? path.join(target, 'debug', 'parlor');
  if (!existsSync(found)) throw new Error(`${found} is not built: run 'cargo build -p parlor' first`);
  return found;
}

/** Nodes that run: they end with the tests, however those end. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));

export class Node {
  #child;
  #dir;
  #errors = '';

  /** Starts a node; `args` are added to the command line, `media` to the tests' picture settings. */
  static async start({ args = ['--camera', 'test', '--live'], media = {} } = {}) {
    const node = new Node();
    node.#dir = mkdtempSync(path.join(tmpdir(), 'parlor-browser-'));
    const config = path.join(node.#dir, 'parlor.toml');
    const lines = Object.entries({ ...MEDIA, ...media }).map(([key, value]) => `${key} = ${value}`);
    const listen = 'listen = "127.0.0.1:0"';
    // Only nodes that a test leads to each other meet.
    const alone = ['[network]', 'mdns = false'];
    writeFileSync(config, [listen, 'ephemeral = true', '[rtmp]', listen, '[srt]', listen, ...alone, '[media]', ...lines].join('\n'));
    node.#child = spawn(binary(), ['run', '--json', '--config', config, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(node.#child);
    node.#child.once('exit', () => running.delete(node.#child));
    node.#child.stderr.on('data', (data) => { node.#errors += data; });
    const ended = once(node.#child, 'exit').then(([code]) => {
      throw new Error(`the node ended with ${code} before it was ready: ${node.#errors}`);
    });
    const [line] = await Promise.race([once(createInterface(node.#child.stdout), 'line'), ended]);
    ended.catch(() => {});
    /** Resolves once the process has ended by itself, or by `stop`. */
    node.ended = once(node.#child, 'exit');
    node.#child.stdout.resume();
    node.ready = JSON.parse(line);
    node.room = `/room/${node.ready.room}`;
    return node;
  }

  /** The whole address of a path. */
  url(path) {
    return this.ready.web + path;
  }

  /** The process's id. */
  get pid() {
    return this.#child.pid;
  }

  /** Everything on standard error so far. */
  get errors() {
    return this.#errors;
  }

  async #api(method, path, body) {
    const headers = { authorization: `Bearer ${this.ready.api_token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url(`/api/v1${path}`), { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The studio's status. */
  status() {
    return this.#api('GET', '/status');
  }

  /** Changes title, description and tags. */
  setCard(card) {
    return this.#api('PUT', '/card', card);
  }

  /** Goes on air or off. */
  setOnAir(on) {
    return this.#api('POST', '/air', { on });
  }

  /** Ends the process. */
  async stop() {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
