// On every page: buttons that react when they are touched, the offline bar, and nothing sent into the void.
// The bar follows requests without an answer ("connection-lost", "connection-back"), not navigator.onLine.

const PROBE_EVERY_MS = 3000;
const ANSWER_TIMEOUT_MS = 2500;

const bar = document.querySelector("[data-offline]");
let probing = 0;
let waiting = {};

function lost() {
  if (!bar || probing) return;
  document.body.classList.add("away");
  say();
  probing = setInterval(probe, PROBE_EVERY_MS);
}

function back() {
  if (!probing) return;
  clearInterval(probing);
  probing = 0;
  document.body.classList.remove("away");
  bar.textContent = "";
  for (const line of document.querySelectorAll("[data-away]")) {
    if (line.textContent === bar.dataset.sentence) line.textContent = "";
    delete line.dataset.away;
  }
  send();
}

function say() {
  const sentence = waiting.credit ? bar.dataset.waiting : bar.dataset.sentence;
  if (bar.textContent !== sentence) bar.textContent = sentence;
}

async function probe() {
  try {
    await fetch(bar.dataset.probeUrl, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    window.dispatchEvent(new Event("connection-back"));
  } catch {
    window.dispatchEvent(new Event("connection-lost"));
  }
}

// While the connection is known to be lost nothing is sent: the page would be replaced with the browser's own error.
// A credit waits on this page and the bar says so; a lock waits under its cover; all else is for people to try again.
function hold(event) {
  const form = event.target;
  if (!probing || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter ?? form.querySelector("[type=submit]");
  recall(form);
  if (button?.dataset.mayWait) waiting[button.dataset.mayWait] = { form, button };
  else refuse(button?.closest("form") ?? form, button);
  say();
  probe();
}

// What is being changed, or was to be something else, no longer waits.
function recall(form) {
  if (!form || waiting.credit?.form !== form) return;
  delete waiting.credit;
  if (probing) say();
}

function refuse(form, button) {
  if (form.closest(".bar")) return;
  const line = form.querySelector(".error-live, [data-away]") ?? document.createElement("p");
  if (!line.isConnected) {
    line.className = "error";
    line.setAttribute("role", "alert");
    (button?.closest(".actions, .ask-actions") ?? button)?.before(line);
  }
  line.dataset.away = "";
  line.textContent = bar.dataset.sentence;
}

// A lock goes first: it carries what stands on the page, which is offered again behind it.
function send() {
  const next = waiting.lock ?? waiting.credit;
  waiting = {};
  next?.form.requestSubmit(next.button);
}

// The browser waits before :active, to see whether a touch becomes a scroll; the eye should not.
function press(event) {
  release();
  event.target.closest?.(".button, .bar-button")?.classList.add("pressed");
}

function release() {
  document.querySelectorAll(".button.pressed, .bar-button.pressed").forEach((button) => button.classList.remove("pressed"));
}

document.addEventListener("pointerdown", press, { passive: true });
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, { passive: true });
window.addEventListener("connection-lost", lost);
window.addEventListener("connection-back", back);
window.addEventListener("offline", probe);
document.addEventListener("submit", hold, true);
document.addEventListener("input", (event) => recall(event.target.form));
