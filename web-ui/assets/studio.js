// The studio's page.

import { Broadcast } from "./broadcast.js";
import { Desk } from "./desk.js";
import { isOnAir, place, tick } from "./facts.js";
import { Stage } from "./stage.js";

/** How often the measurements are asked for while the page is seen. */
const POLL_MS = 2000;

const root = document.getElementById("stage");
const facts = document.getElementById("facts");
const stage = new Stage(root);
const desk = new Desk(document.getElementById("studio"));
new Broadcast(document.getElementById("broadcast"), root.dataset.room);
tick(facts);

setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(facts.dataset.poll).catch(() => null);
  if (!answer?.ok) return; // the player says that the node is gone
  const changed = place(facts, await answer.text());
  desk.showAir(isOnAir(facts));
  // The source changes when a program starts or stops broadcasting; its card says so too.
  if (changed.includes("engine")) desk.refresh("ingest");
}, POLL_MS);
