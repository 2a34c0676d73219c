// A room of another host: the switch for relaying, turned without leaving the page, so that the picture goes on.

export class Remote {
  #root;

  constructor(root) {
    this.#root = root;
    document.addEventListener("submit", (event) => "switch" in event.target.dataset && this.#turn(event));
  }

  /** Takes the forms anew from the server, unless somebody is at them. */
  async refresh() {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok && !this.#root.contains(document.activeElement)) this.#take(await answer.text());
  }

  async #turn(event) {
    const { target: form, submitter } = event;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.append(submitter.name, submitter.value);
    submitter.disabled = true;
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    submitter.disabled = false;
    if (!answer) return;
    this.#take(await answer.text());
    this.#root.querySelector("[data-switch] button")?.focus();
  }

  #take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(this.#root.id);
    if (!fresh) return location.reload(); // the session has ended, or the room was left
    this.#root.replaceWith(fresh);
    this.#root = fresh;
  }
}
