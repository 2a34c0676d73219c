// The host's clock, so that the page can tell how far its picture is behind the camera.

/** How many questions are asked; the one that was answered fastest tells the time best. */
const QUESTIONS = 4;
/** Delays outside this are a clock that was set meanwhile, not a delay. */
const LIKELY_MS = [-50, 120_000];

export class Clock {
  #epoch = 0;
  #offset = null;

  /** Asks `/room/ROOM/clock` for the time since the stream's epoch. */
  async sync(room, signal) {
    let fastest = Infinity;
    for (let asked = 0; asked < QUESTIONS; asked++) {
      const sent = performance.now();
      const answer = await fetch(`${room}/clock`, { signal, cache: "no-store" });
      if (!answer.ok) return;
      const { epoch_ms, now_ms } = await answer.json();
      const got = performance.now();
      if (got - sent < fastest) {
        fastest = got - sent;
        this.#epoch = epoch_ms;
        // The answer was written half a round trip ago.
        this.#offset = now_ms - epoch_ms - (sent + got) / 2;
      }
    }
  }

  /** Milliseconds of media time at the camera, at `at` of this page's clock; null before it is known. */
  media(at = performance.now()) {
    return this.#offset === null ? null : at + this.#offset;
  }

  /** Milliseconds that a picture of `media` ms, shown at `at`, is behind the camera; null if unknown. */
  behind(media, at) {
    const now = this.media(at);
    if (now === null || media === null || !(now - media > LIKELY_MS[0] && now - media < LIKELY_MS[1])) return null;
    return Math.max(0, now - media);
  }

  /** The same for a picture whose calendar time is known, in milliseconds since 1970. */
  behindWall(wall) {
    return this.behind(wall - this.#epoch);
  }

  /** The same for an RTP timestamp: media time in 90 kHz, of which 32 bits are left. */
  behindRtp(timestamp, at) {
    const now = this.media(at);
    if (now === null) return null;
    // `| 0` takes the difference modulo 2^32, as a signed number.
    const ticks = (Math.round(now * 90) % 2 ** 32) - timestamp | 0;
    return this.behind(now - ticks / 90, at);
  }
}
