// On every page: buttons that react when they are touched, the offline bar, and nothing sent into the void.
// The bar follows requests without an answer ("connection-lost", "connection-back"), not navigator.onLine.

const PROBE_EVERY_MS = 3000;
const PROBE_TIMEOUT_MS = 2500;

const bar = document.querySelector("[data-offline]");
let probing = 0;
let waiting = null;

function lost() {
  if (!bar || probing) return;
  bar.textContent = bar.dataset.sentence;
  document.body.classList.add("away");
  probing = setInterval(probe, PROBE_EVERY_MS);
}

function back() {
  if (!probing) return;
  clearInterval(probing);
  probing = 0;
  document.body.classList.remove("away");
  bar.textContent = "";
  const form = waiting;
  waiting = null;
  if (form) form.form.requestSubmit(form.submitter);
}

async function probe() {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PROBE_TIMEOUT_MS);
  try {
    await fetch(bar.dataset.probeUrl, { method: "HEAD", cache: "no-store", signal: controller.signal });
    window.dispatchEvent(new Event("connection-back"));
  } catch {
    // Still away: the next probe tells.
  } finally {
    clearTimeout(timer);
  }
}

// While the connection is known to be lost a form is held back and sent when it returns, with its own key;
// the last one pressed counts. Sending it now would replace the page with the browser's own error.
function hold(event) {
  if (!probing || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { form: event.target, submitter: event.submitter };
  probe();
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
document.addEventListener("submit", hold, true);
