// Waiting for events with an end to it, and the one kind of error that the player speaks of.

import { say } from "./say.js";

/** Something that the visitor is told, in a sentence. */
export class Failure extends Error {
  /**
   * @param {string} name the sentence
   * @param {"unreachable" | "refused" | "unsupported" | "broken"} [kind] what could help: nothing but time where the
   *   room is unreachable or refused, another way of playing where this one is unsupported or broke
   * @param {string} [value] for its gap
   */
  constructor(name, kind = "broken", value) {
    super(say(name, value));
    this.kind = kind;
  }
}

/** Resolves with the first of these events; rejects when the signal is aborted, with its reason. */
export function once(target, names, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const settle = (how) => (value) => {
      done.abort();
      how(value);
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => settle(reject)(signal.reason), { signal: done.signal });
    for (const name of names) target.addEventListener(name, settle(resolve), { signal: done.signal });
  });
}

/** Resolves after `ms`, or sooner when the network comes back; rejects when the signal is aborted. */
export async function pause(ms, signal) {
  const late = new EventTarget();
  const wake = () => late.dispatchEvent(new Event("wake"));
  const timer = setTimeout(wake, ms);
  addEventListener("online", wake);
  try {
    await once(late, ["wake"], signal);
  } finally {
    clearTimeout(timer);
    removeEventListener("online", wake);
  }
}

/** `fetch`, where a dead line and a refusal become a Failure. A refusal's own sentence is used if it is short text. */
export async function request(url, init) {
  let answer;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (init?.signal?.aborted) throw init.signal.reason;
    throw new Failure("lost", "unreachable");
  }
  if (answer.ok) return answer;
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  const text = plain ? (await answer.text()).trim() : "";
  const failure = new Failure("no-picture", "refused", answer.status);
  if (text && text.length < 300) failure.message = text;
  throw failure;
}
