// What is wrong with something that was read, by the name that the specification gives it.
export class Refused extends Error {
  constructor(name) {
    super(name);
    this.name = name;
  }
}

/** Refuses with this name unless the condition holds. */
export function must(condition, name) {
  if (!condition) throw new Refused(name);
}
