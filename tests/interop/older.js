// What the libraries take for granted, and Node.js 18 (the first two) or 20 (the last) does not have. Imported before them.

import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;

globalThis.CustomEvent ??= class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options?.detail ?? null;
  }
};

Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new this((resolve, reject) => { settle = { resolve, reject }; });
  return { promise, ...settle };
};
