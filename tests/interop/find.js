// A js-libp2p node that joins the table through one peer, and finds a room's card there:
//
//     node find.js MULTIADDR ROOM
//
// Prints one line of JSON: what the card says, whose it is, and the peer that had it. Fails with a sentence where
// anything is wrong, and where it has taken too long.
import "./older.js";
import { createLibp2p } from "libp2p";
import { identify } from "@libp2p/identify";
import { kadDHT, passthroughMapper } from "@libp2p/kad-dht";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { isNewer, readCard } from "./card.js";
import { cardKeys } from "./directory.js";
import { keyOfText, textOfKey } from "./ident.js";
import { hex, plain } from "./plain.js";

/** How long it may take as a whole: two lookups at their longest, and less than the minute that tests wait for anything. */
const LIMIT_MS = 45_000;

const [address, room] = process.argv.slice(2);
const key = keyOfText(room);

/** What is being done, for the sentence that says what took too long. */
let doing = "starting";
const limit = setTimeout(() => {
  console.error(`find.js: nothing was found within ${LIMIT_MS / 1000} s; it was still ${doing}`);
  process.exit(1);
}, LIMIT_MS);

/** A record's card, where it is one of this key (spec/network.md, section 4.1). */
function cardOf(recordKey, value) {
  const card = readCard(value, BigInt(Date.now()));
  const isHere = cardKeys(card.room).some((known) => Buffer.compare(known, recordKey) === 0);
  if (!isHere) throw new Error("a card under another room's key");
  return card;
}

const node = await createLibp2p({
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: {
    identify: identify(),
    ping: ping(),
    dht: kadDHT({
      protocol: "/parlor/kad/1",
      clientMode: true,
      // The tests' network is a local one.
      peerInfoMapper: passthroughMapper,
      // The keys begin with /parlor.
      validators: { parlor: async (recordKey, value) => void cardOf(recordKey, value) },
      selectors: {
        parlor: (recordKey, values) => {
          const cards = values.map((value) => cardOf(recordKey, value));
          return cards.reduce((best, card, at) => (isNewer(card, cards[best]) ? at : best), 0);
        },
      },
    }),
  },
});

const known = new Promise((resolve) => node.services.dht.routingTable.addEventListener("peer:add", resolve));
doing = `connecting to ${address}`;
await node.dial(multiaddr(address));
doing = "waiting for the peer to name its protocols";
await known;

let found = null;
// Each further key is for where the one before brought nothing.
for (const recordKey of cardKeys(key)) {
  doing = "looking up the room's card";
  for await (const event of node.services.dht.get(recordKey)) {
    if (event.name !== "VALUE") continue;
    const card = cardOf(recordKey, event.value);
    if (found === null || isNewer(card, found.card)) found = { card, from: event.from.toString() };
  }
  if (found !== null) break;
}
if (found === null) throw new Error("the card is not in the table");
const { card, from } = found;
console.log(JSON.stringify({ ...plain(card.card), room: textOfKey(card.room), session: hex(card.session), from }));
doing = "leaving";
await node.stop();
clearTimeout(limit);
