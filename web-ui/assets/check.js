// A flood check: the browser does its work, and what was written is sent without further doing. Where it can't, the digits
// are there.

const check = document.getElementById("check");
const { form, dataset } = check;
const written = form.elements.text ?? form.elements.words;
const working = document.getElementById("check-working");

function show(isWorking) {
  check.hidden = isWorking;
  working.hidden = !isWorking;
  written.readOnly = isWorking;
}

const worker = new Worker(new URL("./check-work.js", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }) => {
  form.elements.work.value = data;
  form.submit();
});
worker.addEventListener("error", () => show(false));
worker.postMessage({ id: dataset.id, bits: Number(dataset.bits), parts: Number(dataset.parts) });
show(true);
