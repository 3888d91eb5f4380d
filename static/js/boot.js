// Runs before the first paint, so what needs scripts is there at once and nothing jumps.
if ("noModule" in HTMLScriptElement.prototype) document.documentElement.classList.add("js");
// An answer to a form is opened again by the address of its page: neither Back nor reloading sends the form once more.
if (document.documentElement.dataset.again) history.replaceState(history.state, "", document.documentElement.dataset.again);
