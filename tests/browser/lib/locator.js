// Elements of a page in Firefox without JavaScript (plain.js), named as Playwright names them, by its own selectors.

import assert from 'node:assert/strict';

import { until } from './journey.js';

/** Between the selector of a frame and those in it. */
export const ENTER = ' >> internal:control=enter-frame >> ';

const written = (value, exact) => (value instanceof RegExp ? String(value) : `${JSON.stringify(value)}${exact ? 's' : 'i'}`);

/** How elements are named: on a page, in a frame, or within another. */
export class Scope {
  #page;
  #selector;

  constructor(page, selector) {
    this.#page = page ?? this;
    this.#selector = selector;
  }

  #within(selector) {
    const between = this.#selector === '' || this.#selector.endsWith(ENTER) ? '' : ' >> ';
    return new Locator(this.#page, this.#selector + between + selector);
  }

  locator(selector, { hasText, has } = {}) {
    const wanted = [hasText && ` >> internal:has-text=${written(hasText)}`, has && ` >> internal:has=${JSON.stringify(has.selector)}`];
    return this.#within(`${selector}${wanted.filter(Boolean).join('')}`);
  }

  getByText(value, { exact } = {}) {
    return this.#within(`internal:text=${written(value, exact)}`);
  }

  getByLabel(value, { exact } = {}) {
    return this.#within(`internal:label=${written(value, exact)}`);
  }

  getByAltText(value, { exact } = {}) {
    return this.#within(`internal:attr=[alt=${written(value, exact)}]`);
  }

  getByRole(role, { name, exact, level } = {}) {
    const wanted = [level && `[level=${level}]`, name && `[name=${written(name, exact)}]`];
    return this.#within(`internal:role=${role}${wanted.filter(Boolean).join('')}`);
  }

  frameLocator(selector) {
    return new Scope(this.#page, this.#within(selector).selector + ENTER);
  }
}

class Locator extends Scope {
  #page;

  constructor(page, selector) {
    super(page, selector);
    this.#page = page;
    this.selector = selector;
  }

  first() {
    return this.locator('nth=0');
  }

  last() {
    return this.locator('nth=-1');
  }

  filter({ hasText }) {
    return this.locator(`internal:has-text=${written(hasText)}`);
  }

  /** What `ask` gives of the one element, once it is there. */
  async evaluate(ask, argument) {
    const one = `(all, argument) => {
      if (all.length > 1) throw new Error('there are ' + all.length);
      return all.length ? { of: (${ask})(all[0], argument) } : null;
    }`;
    const answer = await until(() => this.evaluateAll(one, argument), (found) => found !== null, this.selector);
    return answer.of;
  }

  /** What `ask` gives of the elements that are there now; `null` where their frame is not. */
  evaluateAll(ask, argument) {
    return this.#page.ask(this.selector, ask, argument);
  }

  async count() {
    return (await this.evaluateAll((all) => all.length)) ?? 0;
  }

  textContent() {
    return this.evaluate((element) => element.textContent);
  }

  inputValue() {
    return this.evaluate((element) => element.value);
  }

  getAttribute(name) {
    return this.evaluate((element, name) => element.getAttribute(name), name);
  }

  /** Where it is in the page, also where it is in a frame. */
  boundingBox() {
    return this.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const box = { x, y, width, height };
      for (let frame = element.ownerDocument.defaultView.frameElement; frame; frame = frame.ownerDocument.defaultView.frameElement) {
        const around = frame.getBoundingClientRect();
        box.x += around.x + frame.clientLeft;
        box.y += around.y + frame.clientTop;
      }
      return box;
    });
  }

  async isVisible() {
    return Boolean(await this.evaluateAll((all) => all.some((element) => finder.utils.isElementVisible(element))));
  }

  async waitFor({ state = 'visible' } = {}) {
    const look = (all) => [all.length, all.filter((element) => finder.utils.isElementVisible(element)).length];
    const fits = {
      attached: ([count]) => count > 0,
      detached: ([count]) => count === 0,
      visible: ([, seen]) => seen > 0,
      hidden: ([, seen]) => seen === 0,
    };
    await until(async () => (await this.evaluateAll(look)) ?? [0, 0], fits[state], `${this.selector}, which is not ${state}`);
  }

  click() {
    return this.#page.click(this.selector);
  }

  focus() {
    return this.evaluate((element) => element.focus());
  }

  async check() {
    if (!(await this.evaluate((element) => element.checked))) await this.click();
  }

  async uncheck() {
    if (await this.evaluate((element) => element.checked)) await this.click();
  }

  async fill(value) {
    await this.#page.type(this.selector, value, { clear: true });
  }

  async selectOption(wanted) {
    const named = (select, name) => [...select.options].findIndex(({ label, value }) => label === name || value === name);
    const number = await this.evaluate(named, wanted.label ?? wanted);
    assert.ok(number >= 0, `${this.selector} has no ${JSON.stringify(wanted)}`);
    await this.locator('option').locator(`nth=${number}`).click();
  }

  async setInputFiles({ name, buffer }) {
    await this.#page.type(this.selector, await this.#page.file(name, buffer), { clear: false });
  }
}
