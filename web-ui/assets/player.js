// Chooses how to play, notices when it stops, and tries again. It knows no buttons: stage.js does.

import { Clock } from "./clock.js";
import * as mse from "./mse.js";
import * as plain from "./plain.js";
import { say } from "./say.js";
import { Failure, pause } from "./wait.js";
import * as whep from "./whep.js";

/** Each way, and how many ms its first picture may take. A slow WHEP is a blocked one: others start sooner. */
const WAYS = {
  whep: [whep.open, 4000],
  mse: [mse.open, 10_000],
  mp4: [plain.mp4, 10_000],
  hls: [plain.hls, 15_000],
  stills: [plain.stills, 10_000],
};
const ORDER = { fast: ["whep", "mse", "mp4", "hls"], smooth: ["mse", "mp4", "hls"], stills: ["stills"] };

/** Waits between attempts: doubled each time, up to the last. */
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];
/** A picture that does not move for so long is a lost one: even "no signal" moves. */
const STILL_MS = 8000;
/** After so long the viewer is told that it is not them. */
const STUCK_MS = 2500;
/** A fast connection that is lost sooner than this, twice, is not to be had here. */
const BRIEF_MS = 20_000;
/** How long a sentence stays that asks for nothing. */
const NOTE_MS = 6000;

/** Fires `say` (detail: a sentence, or nothing), `state` (`idle`, `opening`, `playing`) and `behind` (detail: ms). */
export class Player extends EventTarget {
  state = "idle";
  #options;
  #run = null;
  #clock = new Clock();
  #brief = 0;

  constructor(options) {
    super();
    this.#options = options;
  }

  /** Plays as chosen until `stop`; a run before it is given up. */
  start(choice) {
    this.stop();
    this.#run = new AbortController();
    this.#brief = 0;
    this.#keep(choice, this.#run.signal).catch((error) => {
      if (error.name !== "AbortError") throw error; // stopping is no mistake
    });
  }

  stop() {
    this.#run?.abort();
    this.#run = null;
    this.#become("idle");
    this.#report("behind", null);
    this.#say("");
  }

  async #keep(choice, signal) {
    for (let attempt = 0; ; attempt++) {
      const session = new AbortController();
      signal.addEventListener("abort", () => session.abort(signal.reason), { signal: session.signal });
      let failure;
      this.#become("opening");
      try {
        const opened = await this.#open(choice, session);
        const since = performance.now();
        attempt = 0;
        this.#become("playing");
        this.#clock.sync(this.#options.room, session.signal).catch(() => {});
        failure = await this.#watch(opened, session.signal);
        if (opened.name === "whep") this.#brief = performance.now() - since < BRIEF_MS ? this.#brief + 1 : 0;
      } catch (error) {
        failure = error;
      }
      session.abort();
      signal.throwIfAborted();
      this.#report("behind", null);
      this.#become("opening");
      if (failure.kind === "unsupported") {
        this.#say(`${failure.message} ${say("elsewhere")}`);
        return this.#become("idle");
      }
      const wait = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)];
      this.#say(`${failure.message} ${say(wait < 1000 ? "again" : "again-in", wait / 1000)}`);
      await pause(wait, signal);
    }
  }

  /** Opens the first way that plays; throws a Failure if none does. */
  async #open(choice, session) {
    let failure = new Failure("no-video", "unsupported");
    let tried = 0;
    for (const name of ORDER[choice.way]) {
      if (name === "whep" && this.#brief >= 2) continue;
      tried++;
      const [open, limit_ms] = WAYS[name];
      const attempt = new AbortController();
      const give = () => attempt.abort(session.signal.reason);
      session.signal.addEventListener("abort", give);
      const timer = setTimeout(() => attempt.abort(new Failure("slow")), limit_ms);
      try {
        session.signal.throwIfAborted();
        const opened = await open({ ...this.#options, ...choice, signal: attempt.signal });
        this.#say(tried > 1 ? say("smooth") : "", NOTE_MS);
        return { name, ...opened };
      } catch (error) {
        attempt.abort(error);
        session.signal.removeEventListener("abort", give);
        session.signal.throwIfAborted();
        const { kind } = error;
        if (name === "whep" && kind !== "unreachable") this.#brief++;
        // Who can't be reached one way can't be reached another; what WebRTC is refused, others may get.
        if (kind === "unreachable" || (kind === "refused" && name !== "whep")) throw error;
        if (kind !== "unsupported" && name !== "whep") failure = asFailure(error);
      } finally {
        clearTimeout(timer);
      }
    }
    throw failure;
  }

  /** Resolves with the failure that ends the session. */
  async #watch({ name, ended, behind, progress }, signal) {
    progress ??= () => this.#options.video.getVideoPlaybackQuality().totalVideoFrames;
    let frames = -1;
    let moved = performance.now();
    const still = new Promise((resolve) => {
      const timer = setInterval(() => {
        this.#report("behind", behind(this.#clock));
        const now = performance.now();
        const shown = progress();
        // A hidden page draws nothing, and pictures don't tell.
        if (shown !== frames || document.hidden || name === "stills") {
          if (now - moved > STUCK_MS) this.#say("");
          [frames, moved] = [shown, now];
        }
        if (now - moved > STUCK_MS) this.#say(say("stuck"));
        if (now - moved > STILL_MS) resolve(new Failure("stood-still"));
      }, 1000);
      signal.addEventListener("abort", () => clearInterval(timer));
    });
    return Promise.race([still, ended.then(() => new Failure("ended"), asFailure)]);
  }

  #quiet;

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#report("state", state);
  }

  #say(text, ms) {
    clearTimeout(this.#quiet);
    this.#report("say", text);
    if (text && ms) this.#quiet = setTimeout(() => this.#report("say", ""), ms);
  }

  #report(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** What a browser throws of its own says nothing to the visitor. */
function asFailure(error) {
  return error instanceof Failure ? error : new Failure("gave-up");
}
