// What browsers play by themselves: live.mp4 in `src`, HLS where it is native, and pictures (MJPEG) in an `img`.

import { Failure, once, pause } from "./wait.js";

/** The endless MP4 in `src`, from 2 s ago: browsers begin only when they hold so much. */
export function mp4({ video, room, quality, signal, play }) {
  return load(video, `${room}/live.mp4?quality=${encodeURIComponent(quality)}&lead=2`, "video/mp4", signal, play);
}

/** Low-latency HLS, where the browser has it: Safari, and whatever else says so. */
export async function hls({ video, room, signal, play }) {
  const session = await load(video, `${room}/live.m3u8`, "application/vnd.apple.mpegurl", signal, play);
  // Safari tells the calendar time of the picture, from EXT-X-PROGRAM-DATE-TIME.
  const began = () => video.getStartDate?.().getTime();
  const behind = (clock) => (began() ? clock.behindWall(began() + video.currentTime * 1000) : null);
  return { ...session, behind };
}

async function load(video, url, type, signal, play) {
  if (!video.canPlayType(type)) throw new Failure("no-type", "unsupported", type);
  signal.addEventListener("abort", () => {
    video.removeAttribute("src");
    video.load();
  });
  video.src = url;
  play();
  const ended = once(video, ["error", "ended"], signal).then(({ type }) => {
    const code = type === "error" ? video.error?.code : 0;
    if (code === MediaError.MEDIA_ERR_NETWORK) throw new Failure("lost", "unreachable");
    // Decoding failed, or was not tried.
    if (code > MediaError.MEDIA_ERR_NETWORK) throw new Failure("no-format", "unsupported");
    throw new Failure("ended");
  });
  await Promise.race([once(video, ["loadeddata"], signal), ended]);
  return { ended, behind: () => null };
}

/** JPEG pictures at the viewer's own rate, without sound. */
export async function stills({ image, room, fps, signal }) {
  signal.addEventListener("abort", () => image.removeAttribute("src"));
  const broken = once(image, ["error"], signal).then(() => {
    throw new Failure("lost", "unreachable");
  });
  image.src = `${room}/live.mjpeg?fps=${fps}`;
  // Not every browser fires `load` for a picture that is followed by others; its size is known once one is there.
  const seen = async () => {
    while (!image.naturalWidth) await pause(50, signal);
  };
  await Promise.race([seen(), broken]);
  return { ended: broken, behind: () => null };
}
