// Where things stand in the table, written from spec/network.md, section 4.
import { createHash } from "node:crypto";

/** The keys of a room's card, in the order in which they are asked for. */
export function cardKeys(room) {
  const first = Buffer.concat([Buffer.from("/parlor/card/1/"), room]);
  return [first, Buffer.concat([first, Uint8Array.of(1)]), Buffer.concat([first, Uint8Array.of(2)])];
}

/** The lobby's shard in which a room is listed. */
export function shard(room) {
  return room[0] % 16;
}

/** The key under which a shard's providers stand. */
export function shardKey(number) {
  return createHash("sha256").update("parlor lobby v1").update(Uint8Array.of(number)).digest();
}

/** The key under which a tag's providers stand. */
export function tagKey(tag) {
  return createHash("sha256").update("parlor tag v1").update(tag).digest();
}

/** The key under which the members of a room stand while it shows what this session's key signs. */
export function showKey(session) {
  return createHash("sha256").update("parlor show v1").update(session).digest();
}
