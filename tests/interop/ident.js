// Room ids and certificates, written from spec/ident.md.
import { createHash } from "node:crypto";
import { Tagged, decode, sigStructure } from "./cbor.js";
import { point, verifies } from "./ed25519.js";
import { Refused, must } from "./errors.js";

const TEXT_CONTEXT = "parlor room id v1";
const CERTIFICATE_CONTEXT = new TextEncoder().encode("parlor certificate v1");
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const MAX_CERTIFICATE_BYTES = 192;
const MAX_HEADER_BYTES = 256;
const COSE_SIGN1 = 18n;
const MAX_SPAN_S = 2_678_400n;
const MAX_SECONDS = 18_446_744_073_709_551n;
/** How wrong a clock may be. */
export const TOLERANCE_MS = 300_000n;
/** Ed25519 (RFC 9864). */
export const ED25519 = -19n;

/** The public key that a room id's text stands for. */
export function keyOfText(text) {
  must(text.length === 59 && text[0] === "p", "Form");
  let [bits, count] = [0n, 0];
  for (const letter of text.slice(1).toLowerCase()) {
    const value = LETTERS.indexOf(letter);
    must(value >= 0, "Form");
    bits = (bits << 5n) | BigInt(value);
    count += 5;
  }
  const rest = BigInt(count - 36 * 8);
  must((bits & ((1n << rest) - 1n)) === 0n, "Form");
  const bytes = Buffer.from((bits >> rest).toString(16).padStart(72, "0"), "hex");
  const key = Uint8Array.from(bytes.subarray(0, 32));
  must(Buffer.compare(checksum(key), bytes.subarray(32)) === 0, "Checksum");
  must(point(key) !== null, "Key");
  return key;
}

/** A room id as text. */
export function textOfKey(key) {
  const bits = BigInt(`0x${Buffer.concat([key, checksum(key)]).toString("hex")}`) << 2n;
  const letters = Array.from({ length: 58 }, (_, at) => LETTERS[Number((bits >> BigInt(5 * (57 - at))) & 31n)]);
  return `p${letters.join("")}`;
}

function checksum(key) {
  return createHash("sha256").update(TEXT_CONTEXT).update(key).digest().subarray(0, 4);
}

/** The parts of a tagged COSE_Sign1 structure: the protected header's map and bytes, payload and signature. */
export function parts(bytes) {
  try {
    const whole = decode(bytes, COSE_SIGN1);
    must(whole instanceof Tagged && Array.isArray(whole.value) && whole.value.length === 4);
    const [header, open, payload, signature] = whole.value;
    must(open instanceof Map && open.size === 0);
    must([header, payload, signature].every((part) => part instanceof Uint8Array) && signature.length === 64);
    must(header.length <= MAX_HEADER_BYTES);
    const read = decode(header, COSE_SIGN1);
    must(read instanceof Map);
    return { header: read, headerBytes: header, payload, signature };
  } catch {
    throw new Refused("Malformed");
  }
}

/** A certificate, checked but for the time: its room, its session, and from when until when it counts. */
export function readCertificate(bytes) {
  must(bytes.length <= MAX_CERTIFICATE_BYTES, "Malformed");
  const { header, headerBytes, payload, signature } = parts(bytes);
  const room = header.get(4n);
  must(header.size === 2 && header.get(1n) === ED25519 && isKey(room), "Malformed");
  const { exp, nbf, session } = claims(payload);
  must(point(room) !== null && point(session) !== null, "Key");
  must(exp > nbf && exp - nbf <= MAX_SPAN_S && exp <= MAX_SECONDS, "Span");
  must(verifies(room, sigStructure(headerBytes, CERTIFICATE_CONTEXT, payload), signature), "Signature");
  return { room, session, nbf, exp };
}

/** Refuses a certificate that does not count at this time, in milliseconds. */
export function checkTime({ nbf, exp }, now) {
  must(now + TOLERANCE_MS >= nbf * 1000n, "NotYet");
  must(now - TOLERANCE_MS <= exp * 1000n, "Expired");
}

function claims(payload) {
  let read;
  try {
    read = decode(payload);
  } catch {
    throw new Refused("Malformed");
  }
  const inner = (map, key, size) => {
    const found = map.get(key);
    must(found instanceof Map && found.size === size, "Malformed");
    return found;
  };
  must(read instanceof Map && read.size === 3, "Malformed");
  const [exp, nbf] = [read.get(4n), read.get(5n)];
  must([exp, nbf].every((time) => typeof time === "bigint" && time >= 0n), "Malformed");
  const key = inner(inner(read, 8n, 1), 1n, 3);
  must(key.get(1n) === 1n && key.get(-1n) === 6n && isKey(key.get(-2n)), "Malformed");
  return { exp, nbf, session: key.get(-2n) };
}

function isKey(value) {
  return value instanceof Uint8Array && value.length === 32;
}
