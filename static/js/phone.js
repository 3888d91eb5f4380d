// The on-screen phone of development: shows a text as soon as it has arrived. Without this script the page reloads.

const EVERY_MS = 600;

const list = document.querySelector("[data-texts]");
const none = document.querySelector("[data-none]");
const pattern = document.querySelector("template[data-text]");

function localTime(element) {
  element.textContent = new Date(element.dateTime).toLocaleTimeString(document.documentElement.lang);
}

function item(message) {
  const made = pattern.content.firstElementChild.cloneNode(true);
  made.dataset.id = message.id;
  made.querySelector("span").textContent = message.to;
  const time = made.querySelector("time");
  time.dateTime = message.at;
  localTime(time);
  made.querySelector(".handset-bubble").textContent = message.text;
  return made;
}

// Only what has changed is touched, so that nothing is read aloud twice.
function show(messages) {
  const current = new Set(messages.map((message) => message.id));
  const shown = new Set();
  for (const child of [...list.children]) {
    if (current.has(child.dataset.id)) shown.add(child.dataset.id);
    else child.remove();
  }
  for (const message of [...messages].reverse()) {
    if (!shown.has(message.id)) list.prepend(item(message));
  }
  none.hidden = messages.length > 0;
}

async function look() {
  try {
    const answer = await fetch(list.dataset.texts, { cache: "no-store", credentials: "same-origin" });
    if (answer.ok) show(await answer.json());
  } catch {
    // The house is away; the next look tells.
  }
  setTimeout(look, EVERY_MS);
}

list.querySelectorAll("time").forEach(localTime);
look();
