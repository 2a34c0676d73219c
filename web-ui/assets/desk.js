// The studio's forms, sent without leaving the page: the picture and a broadcast from this browser go on.
// Each form works without this too.

import { say } from "./say.js";

/** Sections that a form may change, each rendered by the server. */
const SECTIONS = [
  "notice", "air", "captions", "card", "emotes", "source", "ingest", "bans", "access", "visibility", "invites", "reach", "upload",
];
/** How long a button says that it has copied. */
const COPIED_MS = 1500;

export class Desk {
  #root;

  constructor(root) {
    this.#root = root;
    root.addEventListener("submit", (event) => this.#submit(event));
    root.addEventListener("click", ({ target }) => target.dataset.copy && copy(target));
  }

  /** Shows the switch as it stands, whoever has turned it. */
  showAir(onAir) {
    for (const form of this.#root.querySelectorAll("#air form")) form.hidden = (form.dataset.when === "on") !== onAir;
  }

  /** Takes a section anew from the server, unless somebody is at it or has changed a field there. */
  async refresh(id) {
    const answer = await fetch("/studio").catch(() => null);
    if (!answer?.ok) return;
    const page = parse(await answer.text());
    const section = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (fresh && !section.contains(document.activeElement) && !isTouched(section)) section.replaceWith(fresh);
  }

  async #submit(event) {
    const form = event.target;
    if ("plain" in form.dataset) return;
    event.preventDefault();
    const fields = new FormData(form);
    const button = event.submitter;
    if (button?.name) fields.append(button.name, button.value);
    const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
    if (button) button.disabled = true;
    const section = SECTIONS.find((id) => form.closest(`#${id}`));
    try {
      // `form.action` would be a button of that name.
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
      const page = parse(await answer.text());
      if (page.getElementById("studio")) this.#take(page, section);
      else if (answer.ok) location.assign("/studio"); // the session has ended
      else this.#refuse(page.querySelector("main")?.innerText ?? say("refused", answer.status));
    } catch {
      this.#refuse(say("node-gone"));
    }
    if (button) button.disabled = false;
  }

  /** Other sections are left alone: something may be half typed there. */
  #take(page, section) {
    for (const id of ["notice", section]) {
      const fresh = id && page.getElementById(id);
      if (fresh) document.getElementById(id).replaceWith(fresh);
    }
    const notice = document.getElementById("notice");
    // Whoever writes one caption after the other goes on.
    const next = notice.querySelector(".error") ? null : document.querySelector(`#${section} [data-next]`);
    if (next) next.focus();
    else if (notice.childElementCount) notice.focus();
    else document.querySelector(`#${section} form:not([hidden]) button`)?.focus();
    if (!next) notice.scrollIntoView({ block: "nearest" });
  }

  #refuse(text) {
    const notice = document.getElementById("notice");
    const sentence = document.createElement("p");
    sentence.className = "notice error";
    sentence.setAttribute("role", "alert");
    sentence.textContent = text.replace(/\s+/g, " ").trim();
    notice.replaceChildren(sentence);
    notice.focus();
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Whether a field says something else than the server wrote into it. */
function isTouched(section) {
  return [...section.querySelectorAll("input")].some(
    (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked,
  );
}

/** Copies a field's value, without showing it. */
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const word = button.firstChild;
  const was = word.data;
  try {
    await navigator.clipboard.writeText(field.value);
    word.data = say("copied");
  } catch {
    // Without TLS browsers lend no clipboard: select it, so that the keyboard can copy it.
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.select();
    word.data = say("press-copy");
  }
  setTimeout(() => (word.data = was), COPIED_MS);
}
