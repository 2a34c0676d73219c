// The room's page.

import { follow, isOnAir, tick } from "./facts.js";
import { Stage } from "./stage.js";

// After the picture; and a page that never ends, as the talk's, would keep this one from being loaded.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe[data-src]")) frame.src = frame.dataset.src;
});

// The buttons that arrange the page are forms; whoever opens them gets more.
document.getElementById("arrange").addEventListener("toggle", () => import("./arrange.js"));

const root = document.getElementById("stage");
const facts = document.getElementById("facts");
const forms = document.getElementById("remote");
const stage = new Stage(root);
// Only where there is one.
const remote = forms && import("./remote.js").then(({ Remote }) => new Remote(forms));
const state = () => facts.querySelector("[data-slate-title]").dataset;
let title = state().slateTitle;
tick(facts);
follow(root.dataset.events, facts, {
  changed: () => {
    const { slateTitle, slateText, covered } = state();
    // The room was labelled as for adults, or its label was found: the page asks.
    if (covered !== undefined) return location.reload();
    stage.setSlate(slateTitle, slateText);
    stage.setQualities(facts.querySelector("datalist"));
    stage.setOnAir(isOnAir(facts));
    // Another state of a room elsewhere has other forms: an invite is asked for, or was found.
    if (title !== slateTitle) remote?.then((remote) => remote.refresh());
    title = slateTitle;
  },
  lost: () => stage.lost(),
  back: () => stage.back(),
});
