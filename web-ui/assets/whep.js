// Fast: WebRTC through WHEP (draft-ietf-wish-whep). The page asks no STUN or TURN server: nobody else is involved.

import { Failure, once, pause, request } from "./wait.js";

/**
 * The room answers whoever reaches its own address, so one candidate of ours is enough, and none would do: the first is
 * waited for, and no longer than this.
 */
const GATHER_MS = 250;

/** Connects, and resolves when the first picture is there. Closed by the signal. */
export async function open({ video, room, quality, signal, play }) {
  if (!self.RTCPeerConnection) throw new Failure("no-webrtc", "unsupported");
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  let session;
  signal.addEventListener("abort", () => {
    peer.close();
    video.srcObject = null;
    // The room need not wait for a timeout; `keepalive` lets this outlive the page.
    if (session) fetch(session, { method: "DELETE", keepalive: true }).catch(() => {});
  });

  const stream = new MediaStream();
  peer.addEventListener("track", ({ track, receiver }) => {
    // No more delay than the network asks for.
    if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
    stream.addTrack(track);
  });
  for (const kind of ["video", "audio"]) peer.addTransceiver(kind, { direction: "recvonly" });

  const url = new URL(`${room}/whep?quality=${encodeURIComponent(quality)}`, location);
  const answer = await negotiate(peer, url, {}, signal);
  session = answer.session;
  video.srcObject = stream;
  play();
  const broken = lost(peer, signal);
  await Promise.race([once(video, ["loadeddata"], signal), broken]);

  let frames = 0;
  let shown = null;
  const see = (now, frame) => {
    if (signal.aborted) return;
    frames++;
    if (frame.rtpTimestamp !== undefined) shown = [frame.rtpTimestamp, frame.expectedDisplayTime];
    video.requestVideoFrameCallback(see);
  };
  video.requestVideoFrameCallback?.(see);
  const receiver = peer.getReceivers().find(({ track }) => track.kind === "video");
  const behind = (clock) => {
    // Browsers that don't stamp the frame callback still know what they played last.
    const [timestamp, at] = shown ?? [receiver.getSynchronizationSources?.()[0]?.rtpTimestamp, performance.now()];
    return timestamp === undefined ? null : clock.behindRtp(timestamp, at);
  };
  // Firefox counts no frames of WebRTC in `getVideoPlaybackQuality`.
  const progress = () => frames || video.currentTime;
  return { ended: broken, behind, progress };
}

/** Offers, posts the offer, takes the answer. `session` is the URL that ends it. Shared with WHIP. */
export async function negotiate(peer, url, headers, signal) {
  const offer = await peer.createOffer();
  // Without this, browsers play and send Opus in mono.
  const sdp = offer.sdp.replace(/(a=fmtp:\d+ .*useinbandfec=1)/g, "$1;stereo=1");
  const candidate = once(peer, ["icecandidate"], signal);
  await peer.setLocalDescription({ type: "offer", sdp });
  await Promise.race([candidate, pause(GATHER_MS, signal)]);
  const answer = await request(url, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", ...headers },
    body: peer.localDescription.sdp,
    signal,
  });
  const location = answer.headers.get("Location");
  const session = location && new URL(location, url);
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return { session };
}

/** Rejects when the connection is lost for good. */
export async function lost(peer, signal) {
  for (;;) {
    await once(peer, ["connectionstatechange"], signal);
    if (peer.connectionState === "failed") throw new Failure("fast-lost");
  }
}
