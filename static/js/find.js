// The look-up: asks by itself at the last digit of the number, opens the card, or offers a new one.

import { NoConnection, newest, sentenceOf } from "./request.js";

for (const form of document.querySelectorAll("form[data-find]")) start(form);

function start(form) {
  const field = form.elements.phone;
  const line = document.getElementById(`${field.id}-error`);
  const button = form.querySelector("[type=submit]");
  const fresh = document.querySelector("form[data-new]");
  const freshButton = fresh && document.querySelector(`button[form="${fresh.id}"]`);
  const requests = newest();
  const { noConnection } = form.dataset;
  const country = {
    code: form.dataset.countryCode,
    length: Number(form.dataset.nationalLength),
    trunk: form.dataset.trunk,
    trunkTyped: form.dataset.trunkTyped,
    groups: (form.dataset.groups ?? "").split(" ").filter(Boolean).map(Number),
  };
  let asked = "";

  const say = (sentence) => {
    if (line.textContent !== sentence) line.textContent = sentence;
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };
  const busy = (on) => (on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy"));
  const offer = (on) => {
    if (!freshButton) return;
    button.hidden = on;
    freshButton.hidden = !on;
    line.classList.toggle("told", on);
    if (!on) return;
    fresh.elements.phone.value = field.value;
    line.textContent = form.dataset.noCard;
  };

  async function look() {
    asked = field.value;
    say("");
    busy(true);
    try {
      const answer = await requests.ask(form.action, { form: new FormData(form) });
      if (!answer) return;
      busy(Boolean(answer.body.location));
      show(answer);
    } catch (problem) {
      if (!(problem instanceof NoConnection)) throw problem;
      asked = "";
      busy(false);
      say(noConnection);
    }
  }

  function show({ body }) {
    if (body.location) location.assign(body.location);
    else if (body.new) offer(true);
    else say(sentenceOf(body) || noConnection);
  }

  field.addEventListener("input", () => {
    tidy(field, country);
    if (field.value === asked) return;
    requests.drop();
    asked = "";
    busy(false);
    offer(false);
    say("");
    if (nationalDigits(field.value, country).length === country.length) look();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  window.addEventListener("pageshow", (event) => event.persisted && busy(false));
  field.setSelectionRange(field.value.length, field.value.length);
}

/** The digits after the country's code or trunk prefix; "" for a number of another country, which the button sends. */
function nationalDigits(typed, { code, length, trunk }) {
  const digits = typed.replace(/[^0-9]/g, "");
  if (typed.trim().startsWith("+")) return digits.startsWith(code) ? digits.slice(code.length) : "";
  const prefix = [trunk, code].find((start) => start && digits.startsWith(start));
  if (!prefix) return digits;
  return digits.length > length ? digits.slice(prefix.length) : "";
}

// A number of the store's country is set in groups while it is typed at its end; any other is left as it is.
// People say "eight, nine hundred…": after the country's code the trunk prefix is dropped.
function tidy(field, { code, length, trunk, trunkTyped, groups }) {
  const head = `+${code}`;
  const number = field.value.replace(/[^0-9+]/g, "");
  if (!groups.length || field.selectionEnd !== field.value.length || !number.startsWith(head)) return;
  let rest = number.slice(head.length);
  if (trunkTyped && rest.startsWith(trunkTyped)) rest = rest.slice(trunk.length);
  if (rest.length > length || rest.includes("+")) return;
  const parts = [head];
  for (const size of groups) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  field.value = parts.join(" ");
}
