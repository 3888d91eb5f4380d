// The code page: the code checks itself at its sixth digit, the delivery line follows the message,
// and the one button that sends again counts down.

import { NoConnection, ask } from "./request.js";

const CODE_LENGTH = 6;
const POLL_MS = 1000;
const POLL_AFTER_DELIVERY_MS = 5000;
const OVER = ["consumed", "exhausted", "expired", "cancelled", "superseded", "send_failed"];

const field = document.querySelector("[data-code]");
const line = document.querySelector("[data-status-url]");
const resend = document.querySelector("[data-resend]");

// Spaces, hyphens and full-width digits of a paste are dropped; what is left checks itself.
function clean() {
  const digits = field.value.normalize("NFKC").replace(/[^0-9]/g, "").slice(0, CODE_LENGTH);
  if (field.value !== digits) field.value = digits;
  if (digits.length === CODE_LENGTH) field.form.requestSubmit();
}

function follow() {
  const began = line.dataset.state;
  const sentence = line.querySelector("[role=status]");

  const show = (body) => {
    if (body.location) return location.assign(body.location);
    if (OVER.includes(body.state) && body.state !== began) return location.reload();
    if (body.delivery && line.dataset.delivery !== body.delivery) line.dataset.delivery = body.delivery;
    if (body.sentence && sentence.textContent !== body.sentence) sentence.textContent = body.sentence;
    if (resend && "may_resend" in body) countdown.set(body.resend_in ?? 0, body.may_resend);
    return undefined;
  };

  const poll = async () => {
    try {
      if (!document.hidden) show((await ask(line.dataset.statusUrl)).body);
    } catch (problem) {
      if (!(problem instanceof NoConnection)) throw problem;
    }
    if (OVER.includes(began)) return;
    setTimeout(poll, line.dataset.delivery === "delivered" ? POLL_AFTER_DELIVERY_MS : POLL_MS);
  };
  setTimeout(poll, POLL_MS);
}

const countdown = {
  until: 0,
  may: true,
  set(seconds, may) {
    const until = performance.now() + seconds * 1000;
    // The server counts in whole seconds: a smaller difference would only make the number flicker.
    if (Math.abs(until - this.until) > 1500 || may !== this.may) this.until = until;
    this.may = may;
    this.show();
  },
  show() {
    const left = Math.ceil((this.until - performance.now()) / 1000);
    const label = resend.querySelector(".button-label");
    const text = left > 0 ? resend.dataset.wait.replace("{}", left) : resend.dataset.ready;
    if (label.textContent !== text) label.textContent = text;
    resend.disabled = left > 0 || !this.may;
  },
};

if (field) field.addEventListener("input", clean);
if (line) follow();
if (resend) {
  countdown.set(Number(resend.dataset.resend), !resend.disabled);
  setInterval(() => countdown.show(), 250);
}
