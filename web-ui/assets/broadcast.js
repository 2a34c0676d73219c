// Broadcasting from this browser: its camera and microphone, sent through WHIP (RFC 9725).

import { say } from "./say.js";
import { Failure } from "./wait.js";
import { lost, negotiate } from "./whep.js";

export class Broadcast {
  #root;
  #room;
  #session = null;

  constructor(root, room) {
    this.#root = root;
    this.#room = room;
    this.#part("broadcast-button").addEventListener("click", () => (this.#session ? this.#stop("") : this.#start()));
    addEventListener("pagehide", () => this.#stop(""));
    addEventListener("beforeunload", (event) => this.#session && event.preventDefault());
    this.#list();
  }

  async #start() {
    const session = new AbortController();
    this.#session = session;
    this.#show(say("asking-camera"));
    try {
      // The page holds the key once WHIP is on; it is read when it is used, as it may have been renewed.
      const key = document.getElementById("whip-key")?.value;
      if (!key) throw new Failure("whip-first");
      const stream = await this.#capture(session.signal);
      this.#show(say("connecting"));
      const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      let resource;
      const headers = { Authorization: `Bearer ${key}` };
      session.signal.addEventListener("abort", () => {
        peer.close();
        if (resource) fetch(resource, { method: "DELETE", headers, keepalive: true }).catch(() => {});
      });
      for (const track of stream.getTracks()) send(peer, track, stream);
      const broken = lost(peer, session.signal);
      broken.catch(() => {});
      const url = new URL(`${this.#room}/whip`, location);
      ({ session: resource } = await negotiate(peer, url, headers, session.signal));
      this.#show(say("broadcasting"));
      await broken;
    } catch (error) {
      if (this.#session === session) this.#stop(explain(error));
    }
  }

  #stop(text) {
    this.#session?.abort();
    this.#session = null;
    this.#show(text);
  }

  async #capture(signal) {
    if (!navigator.mediaDevices) {
      throw new Failure("no-devices");
    }
    const wish = (id) => Number(document.querySelector(`[name="${id}"]`).value);
    const device = (id) => ({ deviceId: this.#part(id).value || undefined });
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { ...device("camera"), width: { ideal: wish("width") }, height: { ideal: wish("height") }, frameRate: { ideal: wish("fps") } },
      audio: { ...device("microphone"), channelCount: { ideal: 2 } },
    });
    const release = () => stream.getTracks().forEach((track) => track.stop());
    signal.addEventListener("abort", release);
    if (signal.aborted) release();
    this.#list();
    return stream;
  }

  /** Fills the lists; devices have names only after permission was given once. */
  async #list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    for (const [id, kind] of [["camera", "videoinput"], ["microphone", "audioinput"]]) {
      const select = this.#part(id);
      const chosen = select.value;
      const named = devices.filter((device) => device.kind === kind && device.deviceId && device.label);
      select.replaceChildren(select.options[0], ...named.map(({ label, deviceId }) => new Option(label, deviceId)));
      select.value = named.some(({ deviceId }) => deviceId === chosen) ? chosen : "";
    }
  }

  #show(text) {
    const button = this.#part("broadcast-button");
    button.setAttribute("aria-pressed", String(this.#session !== null));
    button.textContent = say(this.#session ? "stop-broadcast" : "broadcast");
    this.#part("broadcast-say").textContent = text;
  }

  #part(id) {
    return this.#root.querySelector(`#${id}`);
  }
}

/** Rooms take H.264 only; browsers that have other codecs too would rather send those. */
function send(peer, track, stream) {
  const transceiver = peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  if (track.kind !== "video") return;
  const codecs = RTCRtpSender.getCapabilities("video").codecs;
  const wanted = codecs.filter(({ mimeType }) => /h264|rtx/i.test(mimeType));
  if (!wanted.some(({ mimeType }) => /h264/i.test(mimeType))) {
    throw new Failure("no-h264");
  }
  transceiver.setCodecPreferences(wanted);
}

function explain(error) {
  if (error instanceof Failure) return error.message;
  if (error.name === "NotAllowedError") return say("camera-refused");
  if (error.name === "NotFoundError") return say("camera-missing");
  if (error.name === "NotReadableError") return say("camera-busy");
  return say("no-broadcast");
}
