// Values that were read, as the test vectors write them.

/** Bytes as `h'…'`, whole numbers as numbers; all else as it is. */
export function plain(value) {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString("hex")}'`;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value;
}

/** Bytes that are written in hexadecimal. */
export function unhex(text) {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** Bytes in hexadecimal. */
export function hex(bytes) {
  return Buffer.from(bytes).toString("hex");
}
