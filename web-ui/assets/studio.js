// The studio's page.

import { Broadcast } from "./broadcast.js";
import { Desk } from "./desk.js";
import { isOnAir, place, tick } from "./facts.js";
import { Stage } from "./stage.js";

/** How often the measurements are asked for while the page is seen. */
const POLL_MS = 2000;
/**
 * Which section of the desk says the same as a part that changes by itself: the source changes when a program starts or
 * stops broadcasting, whether people get through when a relay comes or goes, and who is here when somebody comes.
 */
const SHOWN_IN = { engine: "ingest", nat: "reach", relayed: "upload", watching: "invites" };

const root = document.getElementById("stage");
const facts = document.getElementById("facts");
const network = document.getElementById("network-facts");
const stage = new Stage(root);
const desk = new Desk(document.getElementById("studio"));
new Broadcast(document.getElementById("broadcast"), root.dataset.room);
tick(facts);

setInterval(() => document.hidden || [facts, network].forEach(poll), POLL_MS);

async function poll(target) {
  const answer = await fetch(target.dataset.poll).catch(() => null);
  if (!answer?.ok) return; // the player says that the node is gone
  const changed = place(target, await answer.text());
  desk.showAir(isOnAir(facts));
  for (const part of changed) if (part in SHOWN_IN) desk.refresh(SHOWN_IN[part]);
}
