// The till's own digits. A key acts when it is touched, not when it is let go; the field keeps the focus,
// so hardware keys, scanners and paste work in it, and the system keyboard stays away.

const REPEAT_AFTER_MS = 450;
const REPEAT_EVERY_MS = 70;

for (const pad of document.querySelectorAll("[data-keypad]")) start(pad);

function start(pad) {
  const fields = pad.dataset.keypad.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  if (!fields.length) return;
  // Several fields share the keys: the one touched last has them.
  let field = fields.includes(document.activeElement) ? document.activeElement : fields[0];
  let repeating = 0;
  const usual = new Map(fields.map((one) => [one, one.inputMode]));
  // Where there is no room for the keys, the system's own serve.
  const fit = () => fields.forEach((one) => (one.inputMode = pad.offsetParent ? "none" : usual.get(one)));
  fit();
  window.addEventListener("resize", fit);
  for (const one of fields) {
    // A field that is filled in goes on at its end.
    one.setSelectionRange(one.value.length, one.value.length);
    one.addEventListener("focus", () => (field = one));
    if (pad.dataset.submitAt) sendAt(one, Number(pad.dataset.submitAt));
  }

  const stop = () => {
    clearTimeout(repeating);
    pad.querySelectorAll(".pressed").forEach((key) => key.classList.remove("pressed"));
  };
  const repeat = () => {
    press(field, "back");
    repeating = setTimeout(repeat, REPEAT_EVERY_MS);
  };

  pad.addEventListener("pointerdown", (event) => {
    const key = event.target.closest("[data-key]");
    if (!key || event.button > 0) return;
    event.preventDefault();
    stop();
    key.classList.add("pressed");
    press(field, key.dataset.key);
    if (key.dataset.key === "back") repeating = setTimeout(repeat, REPEAT_AFTER_MS);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) pad.addEventListener(end, stop);
  // Mouse and touch would move the focus to the key.
  pad.addEventListener("mousedown", (event) => event.preventDefault());
  pad.addEventListener("contextmenu", (event) => event.preventDefault());
  // A screen reader or the Enter key clicks without touching.
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key && event.detail === 0) press(field, key.dataset.key);
  });
}

function press(field, key) {
  if (field.disabled || field.readOnly) return;
  if (document.activeElement !== field) field.focus({ preventScroll: true });
  const from = field.selectionStart ?? field.value.length;
  const to = field.selectionEnd ?? from;
  if (key === "back") {
    field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
  } else if (field.maxLength < 0 || field.value.length - (to - from) < field.maxLength) {
    field.setRangeText(key, from, to, "end");
  }
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: key === "back" ? "deleteContentBackward" : "insertText" }));
}

// A PIN sends itself at its last digit, however it was typed.
function sendAt(field, length) {
  field.addEventListener("input", () => {
    if (field.value.length === length && /^[0-9]+$/.test(field.value)) field.form.requestSubmit();
  });
}
