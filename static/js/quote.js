// The card page: while the amount is typed the server says what the buttons will do.
// Its answer names the places on the page: {texts: {credit: "Credit 60 points"}, values: {points: "300"},
// disabled: ["redeem"], errors: {amount: "…"}} for [data-quote="credit"], the field `points`, and so on.

import { NoConnection, newest, sentenceOf } from "./request.js";

const TYPING_PAUSE_MS = 120;

for (const form of document.querySelectorAll("form[data-quote-url]")) start(form);

function start(form) {
  const requests = newest();
  const touched = new Set();
  const filled = new Set();
  let pause = 0;
  let quoted = "";

  const show = (body) => {
    for (const [name, text] of Object.entries(body.texts ?? {})) each(name, (place) => write(place, text));
    for (const [name, value] of Object.entries(body.values ?? {})) {
      if (touched.has(name) || !form.elements[name]) continue;
      form.elements[name].value = value;
      filled.add(name);
    }
    if (body.disabled) {
      for (const place of form.querySelectorAll("button[data-quote]")) place.disabled = body.disabled.includes(place.dataset.quote);
    }
    const errors = body.errors ?? (body.error ? { [form.dataset.quoteField ?? "amount"]: sentenceOf(body) } : {});
    for (const field of form.elements) complain(field, [errors[field.name] ?? ""].flat()[0]);
  };

  const quote = async () => {
    const fields = new FormData(form);
    // What an earlier quote filled in is no wish of the cashier's.
    for (const name of filled) if (!touched.has(name)) fields.set(name, "");
    const asked = new URLSearchParams(fields).toString();
    if (asked === quoted) return;
    quoted = asked;
    try {
      const answer = await requests.ask(form.dataset.quoteUrl, { form: fields });
      if (answer?.body.location) location.assign(answer.body.location);
      else if (answer) show(answer.body);
    } catch (problem) {
      if (!(problem instanceof NoConnection)) throw problem;
      quoted = "";
    }
  };

  form.addEventListener("input", (event) => {
    if (event.isTrusted || event.target === document.activeElement) touched.add(event.target.name);
    if (!event.target.value) touched.delete(event.target.name);
    clearTimeout(pause);
    pause = setTimeout(quote, TYPING_PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(pause);
    requests.drop();
  });
}

function each(name, act) {
  document.querySelectorAll(`[data-quote="${CSS.escape(name)}"]`).forEach(act);
}

function write(place, text) {
  const label = place.querySelector(".button-label") ?? place;
  if (label.textContent !== text) label.textContent = text;
}

function complain(field, sentence) {
  const line = field.id && document.getElementById(`${field.id}-error`);
  if (!line || line.textContent === sentence) return;
  line.textContent = sentence;
  if (sentence) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
