// The till locks by one tap, and by itself when nobody touches it. The page is covered at once,
// whatever the connection does; base.js sends a lock that had to wait when the connection is back.

const CHECK_EVERY_MS = 1000;
const LOCKED_AT = "till-locked-at";

const SECRET = ["csrf_token", "password", "pin", "code"];

let typedInto = null;
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
  // What stands on the page goes with the lock, and is offered again behind it. Secrets stay here.
  const carry = () => {
    const main = typedInto?.isConnected ? typedInto : document.querySelector("main form[method=post]");
    form.elements.page.value = location.pathname + location.search;
    if (!main) return;
    const fields = [...main.elements].filter((field) => field.name && !SECRET.includes(field.name) && field.type !== "password");
    const names = new Set(fields.map((field) => field.name));
    const typed = [...new FormData(main)].filter(([name, value]) => names.has(name) && typeof value === "string");
    form.elements.path.value = new URL(main.dataset.quoteUrl ?? main.action, location.href).pathname;
    form.elements.typed.value = JSON.stringify(Object.fromEntries(typed));
    form.elements.is_typed.value = fields.some(isChanged) ? "1" : "";
  };
  document.querySelector("main")?.addEventListener("input", (event) => (typedInto = event.target.form));
  form.addEventListener("submit", carry);
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

function isChanged(field) {
  if (field.type === "hidden") return false;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected && option.value);
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.value !== field.defaultValue;
}

if (form) start();
