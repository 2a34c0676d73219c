// CBOR as spec/card.md, section 2, has it: the core deterministic encoding (RFC 8949, section 4.2.1), read strictly, of a
// few types and to a certain depth. Integers are BigInt, maps are Map, and what is tagged is a Tagged.

/** A tagged value, with all of its bytes. */
export class Tagged {
  constructor(tag, value, bytes) {
    Object.assign(this, { tag, value, bytes });
  }
}

/** Arrays, maps and tags in one another. */
const MAX_DEPTH = 16;
const SIMPLE = new Map([[20n, false], [21n, true]]);

/** The value that these bytes are, all of them, with no tag but this one; throws where they are another or none. */
export function decode(bytes, tag = null) {
  const reader = new Reader(bytes, tag);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new Error("bytes after the value");
  return value;
}

export class Reader {
  constructor(bytes, tag) {
    this.bytes = bytes;
    this.tag = tag;
    this.at = 0;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw new Error("cut short");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** The major type, and the number that comes with it. */
  head() {
    const [first] = this.take(1);
    const short = first & 31;
    if (short < 24) return [first >> 5, BigInt(short)];
    if (short > 27) throw new Error("an indefinite length, or a reserved one");
    const size = 1 << (short - 24);
    const number = this.take(size).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    if (number < least) throw new Error("a longer form than needed");
    return [first >> 5, number];
  }

  value(depth) {
    const start = this.at;
    const [major, number] = this.head();
    if (major >= 4 && major <= 6 && depth === MAX_DEPTH) throw new Error("too deep");
    switch (major) {
      case 0: return number;
      case 1: return -1n - number;
      case 2: return Uint8Array.from(this.take(Number(number)));
      case 3: return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(Number(number)));
      case 4: return this.items(number, () => this.value(depth + 1));
      case 5: return this.map(number, depth);
      case 6: {
        if (number !== this.tag) throw new Error("a tag that has no place here");
        const value = this.value(depth + 1);
        return new Tagged(number, value, this.bytes.slice(start, this.at));
      }
      default: {
        if (!SIMPLE.has(number)) throw new Error("a number with a fraction, null, or the like");
        return SIMPLE.get(number);
      }
    }
  }

  items(count, item) {
    const items = [];
    for (let left = count; left > 0n; left -= 1n) items.push(item());
    return items;
  }

  map(count, depth) {
    let before = null;
    return new Map(this.items(count, () => {
      const start = this.at;
      const key = this.value(depth + 1);
      const bytes = this.bytes.subarray(start, this.at);
      if (before !== null && Buffer.compare(before, bytes) >= 0) throw new Error("keys out of order, or twice");
      before = bytes;
      return [key, this.value(depth + 1)];
    }));
  }
}

/** The encoding of the structure that COSE_Sign1 signs (RFC 9052, section 4.4). */
export function sigStructure(protectedHeader, externalAad, payload) {
  const context = new TextEncoder().encode("Signature1");
  const parts = [[3, context], [2, protectedHeader], [2, externalAad], [2, payload]];
  return Buffer.concat([Uint8Array.of(0x84), ...parts.flatMap(([major, bytes]) => [head(major, bytes.length), bytes])]);
}

function head(major, number) {
  if (number < 24) return Uint8Array.of((major << 5) | number);
  if (number < 256) return Uint8Array.of((major << 5) | 24, number);
  return Uint8Array.of((major << 5) | 25, number >> 8, number & 255);
}
