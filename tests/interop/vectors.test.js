// The specification's test vectors, read by an implementation that knows nothing but its prose.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isNewer, readCard } from "./card.js";
import { sigStructure } from "./cbor.js";
import { cardKeys, shard, shardKey, showKey, tagKey } from "./directory.js";
import { verifies } from "./ed25519.js";
import { checkTime, keyOfText, parts, readCertificate, textOfKey } from "./ident.js";
import { contentKey } from "./keys.js";
import { Assembly, nonce, openObject, readObject, verifyObject } from "./object.js";
import { hex, plain, unhex } from "./plain.js";

/** Numbers above 2^53 are written as they are, and would lose their last digits. */
function vectors(name) {
  const text = readFileSync(new URL(`../../protocol-spec/vectors/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text.replaceAll(/("now": )(\d+)/g, '$1"$2"'));
}

/** The name of what is wrong, or null. */
function wrong(check) {
  try {
    check();
    return null;
  } catch (error) {
    return error.name;
  }
}

describe("ident.json", () => {
  const { rooms, refused } = vectors("ident");
  it("reads and writes every room id", () => {
    for (const { public_key: key, text } of rooms) {
      assert.equal(hex(keyOfText(text)), key);
      assert.equal(textOfKey(unhex(key)), text);
    }
  });
  for (const { why, text, error } of refused) {
    it(`refuses ${why}`, () => assert.equal(wrong(() => keyOfText(text)), error));
  }
});

describe("certificate.json", () => {
  const { certificates, times, refused, signatures } = vectors("certificate");
  for (const vector of certificates) {
    it(`reads ${vector.what}`, () => {
      const { room, session, nbf, exp } = readCertificate(unhex(vector.encoded));
      assert.deepEqual([hex(room), hex(session)], [vector.room_key, vector.session]);
      assert.deepEqual([Number(nbf), Number(exp), textOfKey(room)], [vector.nbf, vector.exp, vector.room]);
      assertSteps(vector);
    });
  }
  for (const { encoded, now, error } of times) {
    it(`at ${now}: ${error ?? "counts"}`, () => {
      assert.equal(wrong(() => checkTime(readCertificate(unhex(encoded)), BigInt(now))), error);
    });
  }
  for (const { why, encoded, error } of refused) {
    it(`refuses ${why}`, () => assert.equal(wrong(() => readCertificate(unhex(encoded))), error));
  }
  it("verifies what a session signs", () => {
    for (const { session, context, message, signed, signature } of signatures) {
      const bytes = Buffer.concat([Buffer.from(context), Uint8Array.of(0), unhex(message)]);
      assert.equal(hex(bytes), signed);
      assert.ok(verifies(unhex(session), bytes, unhex(signature)));
      assert.ok(!verifies(unhex(session), unhex(message), unhex(signature)));
    }
  });
});

describe("card.json", () => {
  const { cards, read, times, newer, refused } = vectors("card");
  const card = (encoded, now) => readCard(unhex(encoded), BigInt(now));
  for (const vector of [...cards, ...read]) {
    it(`reads ${vector.what}`, () => {
      const found = card(vector.encoded, vector.now);
      assert.deepEqual(plain(found.card), vector.card);
      if (vector.sig_structure === undefined) return;
      assert.deepEqual([hex(found.room), hex(found.session)], [vector.room_key, vector.session]);
      assert.equal(hex(cardKeys(found.room)[0]), vector.record_key);
      assertSteps(vector);
    });
  }
  for (const { what, encoded, now, error } of times) {
    it(`${what}: ${error ?? "counts"}`, () => assert.equal(wrong(() => card(encoded, now)), error));
  }
  for (const { what, now, newer: one, older: other } of newer) {
    it(`the newer: ${what}`, () => {
      assert.ok(isNewer(card(one, now), card(other, now)));
      assert.ok(!isNewer(card(other, now), card(one, now)));
    });
  }
  for (const { why, encoded, now, error } of refused) {
    it(`refuses ${why}`, () => assert.equal(wrong(() => card(encoded, now)), error));
  }
});

describe("object.json", () => {
  const { room, session, tree_secret: secret, ...lists } = vectors("object");
  const tree = (generation) => ({ secret: unhex(secret), session: unhex(session), generation, epochSeconds: 10 });
  const received = (encoded) => {
    const object = readObject(unhex(encoded));
    verifyObject(object, unhex(session), unhex(room));
    return object;
  };
  const keyOf = ({ header }) => contentKey(tree(Number(header.generation)), Number(header.epoch), header.track);
  const add = (assembly, object) => assembly.add(object.header, openObject(object, keyOf(object)));
  /** What is in an object by itself. */
  const opened = (object) => {
    if (object.header.track === "catalogue") return openObject(object, keyOf(object));
    return add(Assembly.before(object.header.sequence), object);
  };
  for (const vector of lists.objects) {
    it(`opens ${vector.what}`, () => {
      const object = received(vector.encoded);
      const { track, sequence, group, generation, epoch, captured, startsGroup } = object.header;
      const numbers = [sequence, group, generation, epoch, captured].map(Number);
      const { sequence: at, group: within, generation: of, epoch: during, captured_ms: when } = vector;
      assert.deepEqual([track, startsGroup, ...numbers], [vector.track, vector.starts_group, at, within, of, during, when]);
      assert.deepEqual([object.headerBytes, nonce(sequence), keyOf(object)].map(hex), [vector.header, vector.nonce, vector.key]);
      assert.equal(hex(opened(object)), vector.content);
    });
  }
  for (const { what, encoded, error } of lists.refused) {
    it(`refuses ${what}`, () => assert.equal(wrong(() => received(encoded)), error));
  }
  for (const { what, encoded, error } of lists.not_opened) {
    // What is inside a catalogue is not read here.
    if (error.startsWith("Catalogue")) continue;
    it(`does not open ${what}`, () => assert.equal(wrong(() => opened(received(encoded))), error));
  }
  for (const { what, piece_bytes: limit, content, encoded } of lists.cut) {
    it(`joins ${what}`, () => {
      const objects = encoded.map(received);
      const pieces = objects.map((object) => openObject(object, keyOf(object)));
      const longest = Math.max(...pieces.map((piece) => piece.length));
      assert.ok(longest <= limit && pieces.slice(0, -1).every((piece) => piece.length === longest));
      assert.equal(pieces.length, Math.ceil(content.length / 2 / limit));
      const assembly = new Assembly();
      const chunks = objects.map((object) => add(assembly, object)).filter((chunk) => chunk !== null);
      assert.deepEqual(chunks.map(hex), [content]);
    });
  }
  for (const { what, objects, gives } of lists.streams) {
    it(`joins what there is: ${what}`, () => {
      const assembly = new Assembly();
      const given = objects.map((encoded) => {
        let chunk = null;
        const error = wrong(() => { chunk = add(assembly, received(encoded)); });
        if (error !== null) return { error };
        return chunk === null ? null : { chunk: hex(chunk) };
      });
      assert.deepEqual(given, gives);
    });
  }
});

describe("directory.json", () => {
  const { rooms, shards, tags, shows } = vectors("directory");
  it("knows where everything stands in the table", () => {
    for (const { room, card_keys: keys, shard: number } of rooms) {
      assert.deepEqual(cardKeys(keyOfText(room)).map(hex), keys);
      assert.equal(shard(keyOfText(room)), number);
    }
    for (const { shard: number, key } of shards) assert.equal(hex(shardKey(number)), key);
    for (const { tag, key } of tags) assert.equal(hex(tagKey(tag)), key);
    for (const { session_key, key } of shows) assert.equal(hex(showKey(unhex(session_key))), key);
  });
});

function assertSteps(vector) {
  const { headerBytes, payload, signature } = parts(unhex(vector.encoded));
  const structure = sigStructure(headerBytes, unhex(vector.external_aad), payload);
  assert.deepEqual(
    [headerBytes, payload, structure, signature].map(hex),
    [vector.protected, vector.payload, vector.sig_structure, vector.signature],
  );
}
