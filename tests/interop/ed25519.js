// Ed25519 as spec/ident.md wants it: strict about keys, and without the cofactor (RFC 8032, section 5.1.7).
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519";

const Point = ed25519.ExtendedPoint;
const ORDER = ed25519.CURVE.n;

/** The point of a public key; null where the 32 bytes are no key (spec/ident.md, section 1). */
export function point(bytes) {
  try {
    const found = Point.fromHex(bytes, false);
    return found.isSmallOrder() ? null : found;
  } catch {
    return null;
  }
}

/** Whether this key made this signature over the message. */
export function verifies(key, message, signature) {
  const a = point(key);
  const r = signature.subarray(0, 32);
  const s = number(signature.subarray(32));
  if (a === null || s >= ORDER || isOfSmallOrder(r)) return false;
  const k = number(createHash("sha512").update(r).update(key).update(message).digest()) % ORDER;
  const expected = Point.BASE.multiplyUnsafe(s).add(a.negate().multiplyUnsafe(k));
  return Buffer.compare(expected.toRawBytes(), r) === 0;
}

function isOfSmallOrder(bytes) {
  try {
    return Point.fromHex(bytes, false).isSmallOrder();
  } catch {
    return false;
  }
}

function number(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
