// A form with data-once is sent one time: its button reacts at once, a second press does nothing.
// The server would not count it twice either (the form carries its key); this spares the wait.

const AGAIN_AFTER_MS = 10_000;

function send(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  (event.submitter ?? form.querySelector("[type=submit]"))?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), AGAIN_AFTER_MS);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener("submit", send);
// Back shows the page as it was left: its forms work again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
