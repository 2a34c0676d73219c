// The keys of spec/keys.md, for whoever has the secret of a whole tree.
import { createHmac, hkdfSync } from "node:crypto";

const DEPTH = 24;

/** The key of a track during an epoch; the secret and the session are bytes. */
export function contentKey({ secret, session, generation, epochSeconds }, epoch, track) {
  const info = Buffer.concat([Buffer.from("parlor key tree v1"), word(generation), Uint8Array.of(epochSeconds)]);
  let seed = Buffer.from(hkdfSync("sha256", secret, session, info, 32));
  for (let bit = DEPTH - 1; bit >= 0; bit -= 1) seed = hmac(seed, Uint8Array.of((epoch >> bit) & 1));
  // The first and only block of HKDF-Expand (RFC 5869, section 2.3).
  return hmac(seed, Buffer.concat([Buffer.from(`parlor content key v1${track}`), Uint8Array.of(1)]));
}

function hmac(key, message) {
  return createHmac("sha256", key).update(message).digest();
}

function word(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}
