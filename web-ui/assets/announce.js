// Tells of what happens in the room by tones and by a voice, as the visitor chose. Loaded only for them.

import { say } from "./say.js";

/** Things that may wait to be said. In a busy room the others are only counted. */
const MAX_WAITING = 3;
/** Of each event, its tone: hertz, one after the other. */
const TONES = { message: [660], join: [440, 660] };
/** How long a note is, in seconds, and how loud, of 1. */
const NOTE_S = 0.12;
const LOUDNESS = 0.08;

const chosen = document.documentElement.dataset;
const stage = document.getElementById("stage").dataset;
// The room's page follows the room already; the studio does not.
const events = stage.events ? document.getElementById("facts") : new EventSource(`${stage.room}/events`);
const voice = self.speechSynthesis;
voice?.getVoices(); // browsers begin to look for voices when they are asked
const region = document.createElement("div");
region.className = "unseen";
region.setAttribute("role", "log");
region.setAttribute("aria-live", "polite");
document.body.append(region);

let sound;
let waiting = 0;
let unsaid = 0;
let here = null;

/** Browsers give sound to those who have pressed something. */
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => sound?.resume());

events.addEventListener("said", ({ data }) => {
  const { name, text, before } = JSON.parse(data);
  if (!before) tell("message", say("heard").replace("{name}", () => name).replace("{text}", () => text));
});
events.addEventListener("facts", ({ data }) => {
  const people = new DOMParser().parseFromString(data, "text/html").querySelectorAll(".people li:not(:has(.self)) > .name");
  const names = new Set([...people].map(({ textContent }) => textContent));
  if (here) for (const name of names) if (!here.has(name)) tell("join", say("came", name));
  here = names;
});

function tell(event, text) {
  const way = chosen[event];
  if (way === "sound" || way === "both") play(TONES[event]);
  if (way === "spoken" || way === "both") speak(text);
}

function play(notes) {
  sound ??= new AudioContext();
  const loudness = sound.createGain();
  loudness.gain.value = LOUDNESS;
  loudness.connect(sound.destination);
  notes.forEach((hertz, at) => {
    const note = sound.createOscillator();
    note.frequency.value = hertz;
    note.connect(loudness);
    note.start(sound.currentTime + at * NOTE_S);
    note.stop(sound.currentTime + (at + 1) * NOTE_S);
  });
}

function speak(text) {
  if (!voice?.getVoices().length) return write(text);
  if (waiting >= MAX_WAITING) return unsaid++;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = document.documentElement.lang;
  words.onend = words.onerror = () => {
    waiting--;
    if (waiting || !unsaid) return;
    const more = say("unheard", unsaid);
    unsaid = 0;
    speak(more);
  };
  waiting++;
  voice.speak(words);
}

/** For a screen reader, which says it in its own time. */
function write(text) {
  const line = document.createElement("p");
  line.textContent = text;
  region.append(line);
  if (region.childElementCount > MAX_WAITING) region.firstElementChild.remove();
}
