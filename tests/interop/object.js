// Objects and the chunks that they are pieces of, as spec/object.md has them.
import { createDecipheriv } from "node:crypto";
import { Reader } from "./cbor.js";
import { point, verifies } from "./ed25519.js";
import { must, Refused } from "./errors.js";

const MAX_HEADER = 105;
const MAX_CHUNK = 64 + 2 * 1024 * 1024;
const [TAG, SIGNATURE] = [16, 64];
const MAX_SEALED = MAX_CHUNK + TAG;
const MAX_PIECES = 256;
const [STARTS_GROUP, CONTINUES] = [1n, 2n];
const LAST_EPOCH = (1n << 24n) - 1n;

/** What everybody on the way can read, and where what follows begins. */
export function readObject(bytes) {
  must(bytes.length <= MAX_HEADER + MAX_SEALED + SIGNATURE, "TooLarge");
  const { fields, end } = readHeader(bytes);
  const [room, track, sequence, group, generation, epoch, captured, flags, length] = fields;
  must(isBytes(room) && room.length === 32 && point(room) !== null, "Malformed");
  must(typeof track === "string" && /^[a-z0-9-]{1,24}$/.test(track), "Malformed");
  must([sequence, group, captured].every((number) => isBelow(number, 64)), "Malformed");
  must([generation, epoch, length].every((number) => isBelow(number, 32)) && isBelow(flags, 8), "Malformed");
  must((flags & ~(STARTS_GROUP | CONTINUES)) === 0n, "UnknownFlag");
  must(epoch <= LAST_EPOCH, "Malformed");
  must(length <= MAX_SEALED, "TooLarge");
  must(length >= TAG, "Malformed");
  const whole = end + Number(length) + SIGNATURE;
  must(bytes.length >= whole, "Truncated");
  must(bytes.length === whole, "Malformed");
  const [startsGroup, continues] = [STARTS_GROUP, CONTINUES].map((flag) => (flags & flag) !== 0n);
  const header = { room, track, sequence, group, generation, epoch, captured, startsGroup, continues };
  return { bytes, header, headerBytes: bytes.subarray(0, end) };
}

/** The array of nine, and where it ends; within it, everything is in its shortest form. */
function readHeader(bytes) {
  const reader = new Reader(bytes.subarray(0, MAX_HEADER), null);
  try {
    const fields = reader.value(0);
    must(Array.isArray(fields) && fields.length === 9, "Malformed");
    return { fields, end: reader.at };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(error.message === "cut short" && bytes.length < MAX_HEADER ? "Truncated" : "Malformed");
  }
}

/** Checks who made the object. */
export function verifyObject({ bytes, header }, session, room) {
  must(Buffer.compare(header.room, room) === 0, "OtherRoom");
  const signed = bytes.subarray(0, -SIGNATURE);
  const message = Buffer.concat([Buffer.from("parlor object v1"), Uint8Array.of(0), signed]);
  must(verifies(session, message, bytes.subarray(-SIGNATURE)), "Forged");
}

/** What is sealed in it. */
export function openObject({ bytes, header, headerBytes }, key) {
  const sealed = bytes.subarray(headerBytes.length, -SIGNATURE);
  const cipher = createDecipheriv("chacha20-poly1305", key, nonce(header.sequence), { authTagLength: TAG });
  cipher.setAAD(headerBytes);
  cipher.setAuthTag(sealed.subarray(-TAG));
  const content = cipher.update(sealed.subarray(0, -TAG));
  try {
    cipher.final();
  } catch {
    throw new Refused("Sealed");
  }
  const { track, startsGroup, continues, group, sequence } = header;
  if (track === "catalogue") must(startsGroup && !continues && group === sequence, "Mismatch");
  return content;
}

export function nonce(sequence) {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(sequence, 4);
  return bytes;
}

/** Makes chunks of the pieces of one track. */
export class Assembly {
  /** What stood before the next piece, and the pieces of the chunk that goes on with it. */
  #before = null;
  #begun = null;

  /** What knows that a chunk ends right before this sequence. */
  static before(sequence) {
    const assembly = new Assembly();
    assembly.#before = { sequence: BigInt.asUintN(64, sequence - 1n), continues: false };
    return assembly;
  }

  /** The encoding of the chunk that is whole with this piece; null where there is none. */
  add(header, content) {
    const before = this.#before;
    const follows = before !== null && before.sequence + 1n === header.sequence;
    let begun = follows ? this.#begun : null;
    if (header.startsGroup || (follows && !before.continues)) begun = { startsGroup: header.startsGroup, pieces: [] };
    this.#before = header;
    this.#begun = null;
    if (begun === null) return null;
    if (begun.pieces.length > 0) {
      const names = ["group", "generation", "epoch", "captured"];
      must(names.every((name) => header[name] === before[name]), "Mismatch");
    }
    must(begun.pieces.length < MAX_PIECES, "TooManyPieces");
    begun.pieces.push(content);
    const bytes = Buffer.concat(begun.pieces);
    must(bytes.length <= MAX_CHUNK, "Chunk(TooLarge)");
    if (header.continues) {
      this.#begun = begun;
      return null;
    }
    checkChunk(header, begun.startsGroup, bytes);
    return bytes;
  }
}

/** Whether the chunk (spec/media.md, section 4) is what its header says, with epochs of ten seconds. */
function checkChunk(header, startsGroup, bytes) {
  const reader = new Reader(bytes.subarray(0, 64), null);
  let fields;
  try {
    fields = reader.value(0);
  } catch {
    throw new Refused("Chunk(Header)");
  }
  must(Array.isArray(fields) && fields.length === 7, "Chunk(Header)");
  const [sequence, group, starts, version, time, duration, captured] = fields;
  const numbers = [[sequence, 64], [group, 64], [version, 32], [time, 64], [duration, 32], [captured, 64]];
  must(typeof starts === "boolean" && numbers.every(([number, bits]) => isBelow(number, bits)), "Chunk(Header)");
  must(duration <= 100_000n, "Chunk(TooLong)");
  must(bytes.length - reader.at <= 2 * 1024 * 1024, "Chunk(TooLarge)");
  must(bytes.length > reader.at, "Chunk(Empty)");
  must(group === header.group && starts === startsGroup && captured === header.captured, "Mismatch");
  const epoch = time / 10_000_000n;
  must((epoch < LAST_EPOCH ? epoch : LAST_EPOCH) === header.epoch, "WrongEpoch");
}

function isBytes(value) {
  return value instanceof Uint8Array;
}

function isBelow(number, bits) {
  return typeof number === "bigint" && number >= 0n && number < 1n << BigInt(bits);
}
