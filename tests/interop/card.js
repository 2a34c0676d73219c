// Room cards, written from spec/card.md.
import { Tagged, decode, sigStructure } from "./cbor.js";
import { verifies } from "./ed25519.js";
import { Refused, must } from "./errors.js";
import { ED25519, TOLERANCE_MS, checkTime, parts, readCertificate } from "./ident.js";

const CONTEXT = new TextEncoder().encode("parlor card v1");
const MAX_BYTES = 8192;
const MAX_LIFE_MS = 86_400_000n;
const FORBIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const TRACK_NAME = /^[a-z0-9-]{1,24}$/;
const CODEC = /^[A-Za-z0-9._-]{1,64}$/;
const LANGUAGE = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/;
const ADDRESS = /^\/[A-Za-z0-9/.:_-]{1,255}$/;

/** A signed card that counts at this time, in milliseconds: whose it is, and what it says. */
export function readCard(bytes, now) {
  must(bytes.length <= MAX_BYTES, "TooLarge");
  const { header, headerBytes, payload, signature } = parts(bytes);
  must(header.size === 2 && header.get(1n) === ED25519 && header.has(13n), "Malformed");
  const fields = decodePayload(payload);
  const certificate = inCertificate(() => {
    must(header.get(13n) instanceof Tagged, "Malformed");
    return readCertificate(header.get(13n).bytes);
  });
  const { room, session, nbf } = certificate;
  must(verifies(session, sigStructure(headerBytes, CONTEXT, payload), signature), "Signature");
  const card = readFields(fields);
  checkLimits(card);
  inCertificate(() => checkTime(certificate, now));
  must(now + TOLERANCE_MS >= card.issued, "Early");
  must(now - TOLERANCE_MS <= card.expires, "Expired");
  return { room, session, nbf, card, bytes };
}

/** Whether the first of two cards of a room counts, and not the second. */
export function isNewer(one, other) {
  if (one.nbf !== other.nbf) return one.nbf > other.nbf;
  if (one.card.sequence !== other.card.sequence) return one.card.sequence > other.card.sequence;
  return Buffer.compare(one.bytes, other.bytes) > 0;
}

function inCertificate(check) {
  try {
    return check();
  } catch (error) {
    throw error instanceof Refused ? new Refused(`Certificate(${error.name})`) : error;
  }
}

function decodePayload(payload) {
  try {
    return decode(payload);
  } catch {
    throw new Refused("Malformed");
  }
}

/** What the payload says, by type and range. Keys that are not known are left out. */
function readFields(map) {
  const fields = {
    title: text,
    description: text,
    tags: list(tag),
    languages: list((value) => must(matches(value, LANGUAGE) && value.length <= 35, "Malformed")),
    adult: (value) => must(typeof value === "boolean", "Malformed"),
    tracks: list((value) => record(value, { name: like(TRACK_NAME), codec: text, bitrate_bps: uint(32) }, { size })),
    viewers: range(0n, 6n),
    access: (value) => must(["open", "invited", "paid"].includes(value), "Malformed"),
    generation: uint(32),
    epoch_s: range(1n, 60n),
    reach: list(like(ADDRESS)),
    sequence: uint(64),
    issued: uint(64),
    expires: uint(64),
  };
  const optional = {
    on_air_since: uint(64),
    price: (value) => record(value, { sats: range(1n, 2_100_000_000_000_000n), minutes: range(1n, 1440n) }, {}),
    snapshot: bytes(32, 32),
    peer: bytes(1, 64),
  };
  return record(map, fields, optional);
}

/** Refuses what is not within its limits, field after field. */
function checkLimits(card) {
  const characters = (value) => [...value].length;
  must(characters(card.title) <= 120 && !FORBIDDEN.test(card.title), "Title");
  const lines = card.description.replaceAll("\n", "");
  must(characters(card.description) <= 2000 && !FORBIDDEN.test(lines), "Description");
  must(card.tags.length <= 8 && isUnique(card.tags), "Tags");
  must(card.languages.length <= 4, "Languages");
  const names = card.tracks.map((track) => track.name);
  must(names.length <= 12 && isUnique(names) && card.tracks.every(({ codec }) => CODEC.test(codec)), "Tracks");
  must((card.access === "paid") === (card.price !== undefined), "Price");
  must(card.reach.length <= 8, "Reach");
  must(card.issued < card.expires && card.expires - card.issued <= MAX_LIFE_MS, "Life");
}

function isUnique(values) {
  return new Set(values).size === values.length;
}

function record(map, fields, optional) {
  must(map instanceof Map && [...map.keys()].every((key) => typeof key === "string"), "Malformed");
  const found = {};
  for (const [name, check] of Object.entries({ ...fields, ...optional })) {
    const value = map.get(name);
    if (value === undefined && name in optional) continue;
    found[name] = check(value) ?? value;
  }
  return found;
}

function list(check) {
  return (value) => {
    must(Array.isArray(value), "Malformed");
    return value.map((item) => check(item) ?? item);
  };
}

function text(value) {
  must(typeof value === "string", "Malformed");
}

function like(pattern) {
  return (value) => must(matches(value, pattern), "Malformed");
}

function matches(value, pattern) {
  return typeof value === "string" && pattern.test(value);
}

function tag(value) {
  text(value);
  const length = [...value].length;
  const ascii = value.replaceAll(/[^\x00-\x7f]/gu, "");
  const isTag = length >= 1 && length <= 24 && /^[a-z0-9-]*$/.test(ascii);
  must(isTag && !FORBIDDEN.test(value) && !/\p{White_Space}/u.test(value), "Malformed");
}

function range(least, most) {
  return (value) => must(typeof value === "bigint" && value >= least && value <= most, "Malformed");
}

function uint(bits) {
  return range(0n, (1n << BigInt(bits)) - 1n);
}

function bytes(least, most) {
  return (value) => {
    must(value instanceof Uint8Array && value.length >= least && value.length <= most, "Malformed");
  };
}

function size(value) {
  return record(value, { width: uint(32), height: uint(32) }, {});
}
