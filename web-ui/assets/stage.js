// The picture's buttons: they tell the player what the viewer chose, and show what it says.

import { Player } from "./player.js";
import { say } from "./say.js";

/** Where the viewer's choice is remembered, in this browser only. */
const STORE = "parlor.watch";
/** The player's first picture is on the screen after so long. */
const SWAP_MS = 200;
/** In full screen the bar leaves after so long without a movement. */
const IDLE_MS = 3000;

export class Stage {
  #onAir;
  #stopped = false;
  #el = {};
  #player;
  #choice;
  #rehearsal;
  #list;

  constructor(root) {
    for (const part of root.querySelectorAll("[id]")) this.#el[part.id] = part;
    this.#el.root = root;
    const { video, stills, late } = this.#el;
    late.remove();
    this.#rehearsal = "rehearsal" in root.dataset;
    this.#player = new Player({ video, image: stills, room: root.dataset.room, play: () => this.#unpause() });
    this.#choice = { way: "fast", fps: 5, muted: true, volume: 1, ...recall() };
    this.#wire();
    this.#show();
    this.setOnAir(root.dataset.onAir === "true");
  }

  /** Starts or stops by itself as the room goes on or off air. */
  setOnAir(onAir) {
    if (onAir === this.#onAir) return;
    this.#onAir = onAir;
    this.#el.root.dataset.onAir = onAir;
    this.#el.slate.hidden = onAir;
    if (onAir && !this.#stopped) this.#start();
    else this.#player.stop();
  }

  /** What stands in the picture's place. */
  setSlate(title, text) {
    this.#el["slate-title"].textContent = title;
    this.#el["slate-text"].textContent = text;
  }

  /** What there is to choose from, which changes while the page is open. */
  setQualities(list) {
    if (list === this.#list) return;
    this.#list = list;
    const { options } = this.#el.quality;
    const before = this.#quality;
    this.#el.quality.replaceChildren(...list.cloneNode(true).children);
    for (const option of options) if (option.value === before) option.selected = true;
    this.#show();
    // What was chosen is gone, or what is remembered has come.
    if (this.#quality !== before && this.#onAir && !this.#stopped) this.#start();
  }

  get #quality() {
    return this.#el.quality.value || "video";
  }

  /** The room does not answer. Pictures just stand still then; the other ways notice it by themselves. */
  lost() {
    if (this.#player.state === "playing" && this.#choice.way === "stills") {
      this.#say(say("lost-waiting"));
    }
  }

  /** The room answers again: whoever waits for it need not wait longer. */
  back() {
    const { state } = this.#player;
    if (state === "opening" || (state === "playing" && this.#choice.way === "stills")) this.#start();
  }

  #start() {
    const { way, fps } = this.#choice;
    const quality = this.#quality;
    if (way === "stills" || !this.#el.plain?.src.includes(`=${quality}&`)) this.#end();
    this.#player.start({ way, fps, quality });
    this.#show();
  }

  /** Ends what the page showed by itself. An element that is only removed goes on loading. */
  #end() {
    const { plain } = this.#el;
    plain?.removeAttribute("src");
    plain?.load();
    plain?.remove();
  }

  /** Plays as loud as chosen; browsers that refuse sound before a click play without it, and a button offers it. */
  async #unpause() {
    const { video } = this.#el;
    video.muted = this.#choice.muted || this.#rehearsal;
    video.volume = this.#choice.volume;
    try {
      await video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return; // replaced by the next source
      if (video.muted) {
        this.#stopped = true;
        this.#player.stop();
        return this.#say(say("press-watch"));
      }
      video.muted = true;
      this.#show();
      video.play().catch(() => {});
    }
  }

  #wire() {
    const { root, video, play, mute, volume, unmute, way, fps, quality, fullscreen, latency } = this.#el;
    const on = (element, event, action) => element?.addEventListener(event, action);

    on(this.#player, "say", ({ detail }) => this.#say(detail));
    on(this.#player, "state", ({ detail }) => {
      if (detail === "idle") this.#end();
      if (detail === "playing") setTimeout(() => this.#end(), SWAP_MS);
      this.#show();
    });
    on(this.#player, "behind", ({ detail }) => {
      latency.value = detail === null ? "" : behind(detail);
      latency.dataset.ms = detail ?? 0;
    });

    on(play, "click", () => {
      this.#stopped = this.#player.state !== "idle";
      if (this.#stopped) this.#player.stop();
      else if (this.#onAir) this.#start();
      else this.#say(say("off-air"));
    });
    const sound = (muted) => {
      video.muted = muted;
      this.#remember({ muted });
      unmute.remove(); // offered once; the small button stays
      this.#show();
    };
    on(mute, "click", () => sound(!video.muted));
    on(unmute, "click", () => {
      sound(false);
      mute.focus();
    });
    on(volume, "input", () => {
      video.volume = volume.value;
      this.#remember({ volume: Number(volume.value) });
      if (video.muted) sound(false);
    });

    const again = (change) => {
      this.#remember(change);
      this.#onAir && !this.#stopped ? this.#start() : this.#show();
    };
    on(way, "change", () => again({ way: way.value }));
    on(fps, "change", () => again({ fps: Math.min(30, Math.max(1, Math.round(fps.value) || 1)) }));
    on(quality, "change", () => again({ quality: quality.value }));

    const full = () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
      else video.webkitEnterFullscreen?.(); // iPhones show only the video itself
    };
    on(fullscreen, "click", full);
    on(video, "dblclick", full);
    fullscreen.hidden = !root.requestFullscreen && !video.webkitEnterFullscreen;
    let timer;
    on(root, "pointermove", () => {
      root.classList.remove("idle");
      clearTimeout(timer);
      timer = setTimeout(() => root.classList.add("idle"), IDLE_MS);
    });

    // A left page must not count as a viewer.
    on(self, "pagehide", () => this.#player.stop());
    on(self, "pageshow", ({ persisted }) => persisted && this.#onAir && !this.#stopped && this.#start());
  }

  #show() {
    const { root, video, stills, play, mute, volume, unmute, way, fps, quality } = this.#el;
    const pictures = this.#choice.way === "stills";
    const playing = this.#player.state === "playing";
    const active = this.#player.state !== "idle";
    root.classList.toggle("playing", active);
    root.classList.toggle("opening", this.#player.state === "opening");
    root.classList.toggle("silent", video.muted);
    play.setAttribute("aria-label", say(active ? "stop-watching" : "watch"));
    mute.setAttribute("aria-label", say(video.muted ? "sound-on" : "sound-off"));
    mute.disabled = volume.disabled = pictures;
    volume.value = video.muted ? 0 : video.volume;
    unmute.hidden = !playing || pictures || !video.muted || this.#rehearsal;
    video.hidden = pictures;
    stills.hidden = !pictures;
    way.value = this.#choice.way;
    fps.value = this.#choice.fps;
    this.#el["fps-pick"].hidden = !pictures;
    this.#el["quality-pick"].hidden = pictures || quality.length < 2; // pictures come in one size
    for (const option of quality.options) if (option.value === this.#choice.quality) option.selected = true;
  }

  #say(text) {
    if (this.#el.say.textContent !== text) this.#el.say.textContent = text;
  }

  #remember(change) {
    Object.assign(this.#choice, change);
    try {
      localStorage.setItem(STORE, JSON.stringify(this.#choice));
    } catch {
      // A browser that stores nothing just starts with the usual choice.
    }
  }
}

/** What was remembered, as far as it makes sense. */
function recall() {
  try {
    const { way, fps, quality, muted, volume } = JSON.parse(localStorage.getItem(STORE)) ?? {};
    return {
      ...(["fast", "smooth", "stills"].includes(way) && { way }),
      ...(fps >= 1 && fps <= 30 && { fps }),
      ...(typeof quality === "string" && { quality }),
      ...(typeof muted === "boolean" && { muted }),
      ...(volume >= 0 && volume <= 1 && { volume }),
    };
  } catch {
    return {};
  }
}

/** A delay as people read it. */
function behind(ms) {
  if (ms < 1000) return say("behind-ms", Math.round(ms));
  const { lang } = document.documentElement;
  return say("behind-s", (ms / 1000).toLocaleString(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
}
