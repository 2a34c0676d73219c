// Debian's Firefox without JavaScript, over its own Marionette protocol: WebDriver BiDi needs scripts in the page for
// everything, and here all is looked at from outside of it, by what Firefox runs itself. Pages as journeys know them: see plain.js.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PREFS = {
  'javascript.enabled': false,
  'marionette.port': 0,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

export class PlainFirefox {
  #child;
  #profile;
  #socket;
  #last = 0;
  #answers = new Map();
  #turns = Promise.resolve();
  #home;

  /** Starts Firefox with a new profile and scripts off, in a window of this size. */
  static async start(width, height) {
    const firefox = new PlainFirefox();
    firefox.#profile = mkdtempSync(path.join(tmpdir(), 'parlor-firefox-'));
    const saved = { 'browser.download.folderList': 2, 'browser.download.dir': firefox.#profile };
    const prefs = Object.entries({ ...PREFS, ...saved }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});`);
    writeFileSync(path.join(firefox.#profile, 'user.js'), prefs.join('\n'));
    const port = firefox.#port();
    const program = process.env.PARLOR_FIREFOX ?? '/usr/bin/firefox-esr';
    const args = ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', firefox.#profile];
    firefox.#child = spawn(program, [...args, '--width', width, '--height', height], { stdio: 'ignore' });
    firefox.#socket = connect(await port, '127.0.0.1');
    firefox.#read();
    await once(firefox.#socket, 'connect');
    await firefox.call('WebDriver:NewSession', { pageLoadStrategy: 'none' });
    firefox.#home = (await firefox.call('WebDriver:GetWindowHandle')).value;
    return firefox;
  }

  /** Goes to an address, without waiting: a page whose picture never ends never finishes loading. */
  goto(url) {
    return this.call('WebDriver:Navigate', { url });
  }

  /** What the window shows, as a PNG. */
  async screenshot() {
    const { value } = await this.call('WebDriver:TakeScreenshot', { full: false });
    return Buffer.from(value, 'base64');
  }

  /** The place of the element that this CSS selector finds, in pixels of the window. */
  async box(selector) {
    const { value } = await this.call('WebDriver:FindElement', { using: 'css selector', value: selector });
    return this.call('WebDriver:GetElementRect', { id: Object.values(value)[0] });
  }

  async close() {
    this.#socket?.destroy();
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The port, once Firefox has written it into its profile. */
  async #port() {
    const watcher = watch(this.#profile);
    try {
      for (;;) {
        await once(watcher, 'change');
        const text = (() => {
          try {
            return readFileSync(path.join(this.#profile, 'MarionetteActivePort'), 'latin1');
          } catch {
            return '';
          }
        })();
        if (/^\d+$/.test(text)) return Number(text);
      }
    } finally {
      watcher.close();
    }
  }

  /** Does one piece of work after the other: there is one tab in front, and one frame in it, in which commands are done. */
  turn(work) {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => {});
    return turn;
  }

  /** Back to the tab that it began with. */
  async home() {
    await this.call('WebDriver:SwitchToWindow', { handle: this.#home, focus: true });
  }

  /** Runs the body of a function in the page in front, beside it and not as it: the page's own scripts stay off. */
  async run(script, args = []) {
    const { value } = await this.call('WebDriver:ExecuteScript', { script, args, sandbox: 'system', newSandbox: false });
    return value;
  }

  /** The same in Firefox itself, which has the tabs. */
  async runOutside(script, args = []) {
    await this.call('Marionette:SetContext', { value: 'chrome' });
    try {
      return (await this.call('WebDriver:ExecuteAsyncScript', { script, args })).value;
    } finally {
      await this.call('Marionette:SetContext', { value: 'content' });
    }
  }

  /** Says a command, and gives its answer. */
  call(name, parameters = {}) {
    const id = ++this.#last;
    const text = JSON.stringify([0, id, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (error, result) => (error ? reject(new Error(`${name}: ${error.error}: ${error.message}`)) : resolve(result)));
    });
  }

  /** Takes messages off the socket: a length, a colon, that many bytes of JSON. */
  #read() {
    let buffer = Buffer.alloc(0);
    this.#socket.on('data', (data) => {
      buffer = Buffer.concat([buffer, data]);
      for (;;) {
        const colon = buffer.indexOf(':');
        const length = Number(buffer.subarray(0, Math.max(colon, 0)).toString());
        if (colon < 0 || buffer.length < colon + 1 + length) return;
        const message = JSON.parse(buffer.subarray(colon + 1, colon + 1 + length).toString());
        buffer = buffer.subarray(colon + 1 + length);
        if (!Array.isArray(message)) continue;
        const [, id, error, result] = message;
        this.#answers.get(id)?.(error, result);
        this.#answers.delete(id);
      }
    });
  }
}
