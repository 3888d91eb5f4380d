// One request that gives up. A request without an answer in time means that the connection is lost,
// whatever the browser believes; base.js shows it.

export const TIMEOUT_MS = 4000;

export class NoConnection extends Error {}

/** What the server answered: {status, body}; null when `signal` says that a newer request has taken its place. */
export async function ask(url, { form, signal, timeout = TIMEOUT_MS } = {}) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, timeout);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form && new URLSearchParams(form),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: controller.signal,
    });
    const body = await read(answer);
    window.dispatchEvent(new Event("connection-back"));
    return signal?.aborted ? null : { status: answer.status, body };
  } catch {
    if (signal?.aborted) return null;
    window.dispatchEvent(new Event("connection-lost"));
    throw new NoConnection();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Lets only the newest of its requests come to an end. */
export function newest() {
  let current = null;
  return {
    ask(url, options = {}) {
      current?.abort();
      current = new AbortController();
      return ask(url, { ...options, signal: current.signal });
    },
    drop() {
      current?.abort();
      current = null;
    },
  };
}

/** The sentence of a refusal, or of the first wrong field; "" when there is none. */
export function sentenceOf(body) {
  if (body.error?.sentence) return body.error.sentence;
  const first = Object.values(body.errors ?? {})[0];
  return (Array.isArray(first) ? first[0] : first) ?? "";
}

async function read(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!kind.includes("application/json")) return {};
  try {
    return await answer.json();
  } catch (problem) {
    if (problem instanceof SyntaxError) return {};
    throw problem;
  }
}
