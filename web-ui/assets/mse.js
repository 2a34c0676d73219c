// Smooth: the endless live.mp4, fed into one SourceBuffer and played a little behind the live edge.

import { Failure, once, request } from "./wait.js";

/** How far behind the newest picture playback stays at best, in seconds. Stalls raise it, calm lowers it again. */
const TARGET = { least: 0.18, most: 1.5, calm_ms: 10_000, step: 0.04 };
/** More than this behind the target, and playback jumps; less, and it hurries by 5 %, which nobody hears. */
const JUMP_S = 1;
const HURRY = 1.05;
/** In the first moments everything since the last keyframe arrives at once: jump over all of it. */
const BURST_MS = 600;
/** What is played is cut away, so that memory stays bounded: from this long ago, down to that. */
const KEEP_S = { most: 10, least: 4 };

/** Connects, and resolves when the first picture is there. Closed by the signal. */
export async function open({ video, room, quality, signal, play }) {
  const Source = self.MediaSource ?? self.ManagedMediaSource;
  if (!Source) throw new Failure("no-mse", "unsupported");
  const asked = request(`${room}/live.mp4?quality=${encodeURIComponent(quality)}`, { signal, cache: "no-store" });
  // The player is set up while the room answers.
  const source = new Source();
  const url = URL.createObjectURL(source);
  video.disableRemotePlayback = true; // ManagedMediaSource asks for it
  video.src = url;
  signal.addEventListener("abort", () => {
    video.removeAttribute("src");
    video.load();
    video.playbackRate = 1;
  });
  const opened = once(source, ["sourceopen"], signal).finally(() => URL.revokeObjectURL(url));
  play();
  const [answer] = await Promise.all([asked, opened]);
  const type = answer.headers.get("Content-Type") ?? "";
  if (!answer.body || !Source.isTypeSupported(type)) {
    throw new Failure("no-format-named", "unsupported", type);
  }
  const feed = new Feed(video, source.addSourceBuffer(type), signal);
  const ended = feed.run(answer.body.getReader());
  await Promise.race([once(video, ["loadeddata"], signal), ended]);
  return { ended, behind: (clock) => clock.behind(video.currentTime * 1000) };
}

class Feed {
  #video;
  #buffer;
  #signal;
  #target = TARGET.least;
  #started = 0;
  #moved = 0;
  #calm = performance.now();

  constructor(video, buffer, signal) {
    this.#video = video;
    this.#buffer = buffer;
    this.#signal = signal;
    video.addEventListener("waiting", () => this.#stalled(), { signal });
  }

  /** Appends until the stream ends. One piece at a time: what is not yet appended waits in the network. */
  async run(reader) {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        if (this.#signal.aborted) throw this.#signal.reason;
        throw new Failure("lost", "unreachable");
      });
      if (done) throw new Failure("ended");
      await this.#append(value);
      await this.#cut(KEEP_S);
      this.#chase();
    }
  }

  async #append(bytes) {
    try {
      this.#buffer.appendBuffer(bytes);
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw new Failure("gave-up");
      // The browser holds less than we keep: leave it a second and try once more.
      await this.#cut({ most: 1, least: 1 });
      this.#buffer.appendBuffer(bytes);
    }
    await once(this.#buffer, ["updateend"], this.#signal);
    if (this.#video.error) throw new Failure("gave-up-why", "broken", this.#video.error.message);
  }

  async #cut({ most, least }) {
    const { currentTime } = this.#video;
    const { buffered } = this.#buffer;
    if (!buffered.length || currentTime - buffered.start(0) <= most) return;
    this.#buffer.remove(0, currentTime - least);
    await once(this.#buffer, ["updateend"], this.#signal);
  }

  /** Keeps playback `#target` behind the newest picture. It runs with each piece, so that no timer can starve it. */
  #chase() {
    const { buffered } = this.#buffer;
    if (!buffered.length) return;
    const now = performance.now();
    this.#started ||= now;
    const [start, end] = [buffered.start(buffered.length - 1), buffered.end(buffered.length - 1)];
    const ahead = end - this.#video.currentTime;
    const excess = ahead - this.#target;
    // Outside the newest range there is a gap that playback would never cross.
    const outside = this.#video.currentTime < start && end - start > this.#target;
    const far = excess > (now - this.#started < BURST_MS ? 0.1 : JUMP_S);
    if (outside || far || ahead < 0) {
      this.#video.currentTime = Math.max(start, end - this.#target);
      this.#moved = now;
    }
    // Two thresholds, so that the rate does not flicker.
    if (excess > 0.08) this.#video.playbackRate = HURRY;
    else if (excess < 0.02) this.#video.playbackRate = 1;
    if (now - this.#calm > TARGET.calm_ms) {
      this.#target = Math.max(TARGET.least, this.#target - TARGET.step);
      this.#calm = now;
    }
  }

  /** The buffer ran dry: stay further behind. A seek of our own also waits, which tells nothing. */
  #stalled() {
    const now = performance.now();
    if (this.#video.seeking || now - this.#moved < 500) return;
    this.#target = Math.min(TARGET.most, this.#target * 1.4);
    this.#calm = now;
  }
}
