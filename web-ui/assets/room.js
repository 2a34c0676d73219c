// The room's page.

import { follow, isOnAir, tick } from "./facts.js";
import { Remote } from "./remote.js";
import { Stage } from "./stage.js";

const said = document.querySelector(".talk-said");
// Not before: a page that never ends would keep this one from being loaded.
if (said) addEventListener("load", () => (said.src = said.dataset.src));

const root = document.getElementById("stage");
const facts = document.getElementById("facts");
const forms = document.getElementById("remote");
const stage = new Stage(root);
const remote = forms && new Remote(forms);
const state = () => facts.querySelector("[data-slate-title]").dataset;
let title = state().slateTitle;
tick(facts);
follow(`${root.dataset.room}/events`, facts, {
  changed: () => {
    const { slateTitle, slateText, covered } = state();
    // The room was labelled as for adults, or its label was found: the page asks.
    if (covered !== undefined) return location.reload();
    stage.setSlate(slateTitle, slateText);
    stage.setOnAir(isOnAir(facts));
    // Another state of a room elsewhere has other forms: an invite is asked for, or was found.
    if (title !== slateTitle) remote?.refresh();
    title = slateTitle;
  },
  lost: () => stage.lost(),
  back: () => stage.back(),
});
