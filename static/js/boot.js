// Runs before the first paint, so what needs scripts is there at once and nothing jumps.
if ("noModule" in HTMLScriptElement.prototype) document.documentElement.classList.add("js");
