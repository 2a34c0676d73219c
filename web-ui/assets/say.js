// What scripts say: the page carries the sentences, in its language.

const words = document.getElementById("words").content;

/** The sentence of this name, with `value` in its gap. */
export function say(name, value) {
  return words.getElementById(`say-${name}`).textContent.replace("{}", () => value);
}
