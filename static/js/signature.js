// The drawn signature. It is sent as points in a box of 1000 × 400, never as a picture:
// [[[x, y], …], …], one list per stroke. The lines survive a turn of the tablet.

import SignaturePad from "../vendor/signature_pad/signature_pad.min.js";

const BOX = { width: 1000, height: 400 };
// As it travels: in a form every bracket and comma takes three bytes.
const SENT_BYTES_MAX = 32 * 1024;
const STROKES_MAX = 200;

for (const place of document.querySelectorAll("[data-signature]")) start(place);

function start(place) {
  const canvas = place.querySelector("canvas");
  const points = place.querySelector("[data-points]");
  const clear = place.querySelector("[data-clear]");
  const agree = place.querySelector("[data-agree]");
  const pad = new SignaturePad(canvas, { penColor: getComputedStyle(canvas).color, minWidth: 1.2, maxWidth: 3.2, throttle: 8 });
  let width = 0;

  const mark = () => {
    place.classList.toggle("signed", !pad.isEmpty());
    clear.disabled = pad.isEmpty();
  };

  const fit = () => {
    const { width: now, height } = canvas.getBoundingClientRect();
    if (!now || now === width) return;
    const strokes = scaled(pad.toData(), width ? now / width : 1);
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = now * ratio;
    canvas.height = height * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    width = now;
    pad.fromData(strokes);
    mark();
  };

  const turn = () => {
    const byCode = Boolean(agree?.checked);
    place.classList.toggle("signature-off", byCode);
    if (byCode) pad.off();
    else pad.on();
  };

  // A page that comes back after an error, or by Back, still carries what was drawn.
  const restore = () => {
    if (!points.value || !pad.isEmpty()) return;
    const scale = width / BOX.width;
    const pen = { penColor: pad.penColor, minWidth: pad.minWidth, maxWidth: pad.maxWidth, dotSize: 0, velocityFilterWeight: 0.7, compositeOperation: "source-over" };
    pad.fromData(JSON.parse(points.value).map((stroke) => ({
      ...pen,
      points: stroke.map(([x, y], at) => ({ x: x * scale, y: y * scale, pressure: 0.5, time: at * 16 })),
    })));
    mark();
  };

  pad.addEventListener("beginStroke", () => place.classList.add("signed"));
  pad.addEventListener("endStroke", () => {
    points.value = written(pad.toData(), width);
    mark();
  });
  clear.addEventListener("click", () => {
    pad.clear();
    points.value = "";
    mark();
  });
  agree?.addEventListener("change", turn);
  points.form.addEventListener("submit", () => {
    if (agree?.checked) points.value = "";
  });
  new ResizeObserver(fit).observe(canvas);
  fit();
  restore();
  turn();
}

function scaled(strokes, factor) {
  return strokes.map((stroke) => ({
    ...stroke,
    points: stroke.points.map((point) => ({ ...point, x: point.x * factor, y: point.y * factor })),
  }));
}

function sent(text) {
  return new URLSearchParams([["", text]]).toString().length;
}

/** The strokes as text: every second point goes until it fits; the ends of a stroke stay. */
export function written(strokes, width) {
  const within = (value, top) => Math.min(top, Math.max(0, Math.round(value)));
  const factor = BOX.width / width;
  let lists = strokes.slice(0, STROKES_MAX).map((stroke) => stroke.points.map(({ x, y }) => [within(x * factor, BOX.width), within(y * factor, BOX.height)]));
  let text = JSON.stringify(lists);
  while (sent(text) > SENT_BYTES_MAX && lists.some((list) => list.length > 2)) {
    lists = lists.map((list) => list.filter((_, at) => at % 2 === 0 || at === list.length - 1));
    text = JSON.stringify(lists);
  }
  return text;
}
