// After a success: home by itself, and an undo for a few seconds more.

const STEP_MS = 250;

// Without data-home-seconds the page waits for the cashier.
const page = document.querySelector("[data-home-url]");
const bar = document.querySelector("[data-done]");

if (page?.dataset.homeSeconds) {
  const timer = setTimeout(() => location.assign(page.dataset.homeUrl), Number(page.dataset.homeSeconds) * 1000);
  document.addEventListener("submit", () => clearTimeout(timer));
}

if (bar) {
  const until = performance.now() + Number(bar.dataset.seconds) * 1000;
  const undo = bar.querySelector("form");
  const left = bar.querySelector("progress");
  const timer = setInterval(() => {
    const seconds = (until - performance.now()) / 1000;
    if (left) left.value = Math.max(0, seconds);
    if (seconds > 0) return;
    clearInterval(timer);
    undo?.remove();
  }, STEP_MS);
}
