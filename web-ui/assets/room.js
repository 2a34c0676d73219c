// The room's page.

import { follow, isOnAir, tick } from "./facts.js";
import { Stage } from "./stage.js";

const root = document.getElementById("stage");
const facts = document.getElementById("facts");
const stage = new Stage(root);
tick(facts);
follow(`${root.dataset.room}/events`, facts, {
  changed: () => stage.setOnAir(isOnAir(facts)),
  lost: () => stage.lost(),
  back: () => stage.back(),
});
