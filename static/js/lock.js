// The till locks by one tap, and by itself when nobody touches it. The page is covered at once,
// whatever the connection does; base.js sends a lock that had to wait when the connection is back.

const CHECK_EVERY_MS = 1000;
const LOCKED_AT = "till-locked-at";

const form = document.querySelector("form[data-idle-seconds]");

function start() {
  const idleMs = Number(form.dataset.idleSeconds) * 1000;
  const shownAt = Date.now();
  let touched = shownAt;
  let locking = false;

  const cover = () => {
    locking = true;
    sessionStorage.setItem(LOCKED_AT, String(Date.now()));
    document.body.classList.add("covered");
  };
  // A tablet that slept has missed its timers: the clock decides, not the number of ticks.
  const check = () => {
    if (locking || Date.now() - touched < idleMs) return;
    cover();
    form.requestSubmit();
  };
  for (const act of ["pointerdown", "keydown", "wheel"]) {
    window.addEventListener(act, () => (touched = Date.now()), { passive: true, capture: true });
  }
  form.querySelector("[type=submit]").addEventListener("click", cover);
  setInterval(check, CHECK_EVERY_MS);
  document.addEventListener("visibilitychange", check);
  // Back must not show what was on the screen before the lock.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && (locking || Number(sessionStorage.getItem(LOCKED_AT)) > shownAt)) location.reload();
  });
}

if (form) start();
