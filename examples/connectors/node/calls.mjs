// One call to a carrier, and the two ways in which it fails: not now (try again) and not at all (tell somebody).

const TIMEOUT_MS = 10_000;
const LATER = new Set([401, 403, 408, 425, 429]); // statuses that say nothing against the request itself

/** No usable answer: a time-out, a cut connection, a 5xx, a limit, nonsense. The call may have had its effect. */
export class Unavailable extends Error {
  constructor(why, { retryAfterS = 0, status = 0 } = {}) {
    super(why);
    this.retryAfterS = retryAfterS;
    this.status = status;
  }
}

/** The carrier understood and said no. `code` is its own word for the reason. */
export class Refused extends Error {
  constructor(status, code, sentence, document) {
    super(sentence || `${status} ${code}`);
    this.status = status;
    this.code = code;
    this.document = document;
  }
}

/** Send a request; return the bytes of an answer of status 2xx. Throws Unavailable or Refused. */
export async function call(method, url, { headers = {}, body, form } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer, content;
  try {
    answer = await fetch(url, {
      method,
      headers: sent,
      body: form ? new URLSearchParams(form) : body === undefined ? undefined : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    content = Buffer.from(await answer.arrayBuffer()); // a cut answer fails here
  } catch (error) {
    throw new Unavailable(`no answer (${error.cause?.code ?? error.name})`);
  }
  if (answer.ok) return content;
  if (LATER.has(answer.status) || answer.status >= 500 || answer.status < 400) {
    const wait = answer.headers.get("retry-after") ?? "";
    const retryAfterS = /^\d+$/.test(wait) ? Number(wait) : 0;
    throw new Unavailable(`answered ${answer.status}`, { retryAfterS, status: answer.status });
  }
  throw refusal(answer.status, content);
}

/** Return the JSON object or list in an answer. Throws Unavailable: this is none, and a cut answer is no answer. */
export function parsed(content) {
  let found;
  try {
    found = JSON.parse(content.toString("utf8"));
  } catch {
    throw new Unavailable("answered with something that is not JSON");
  }
  if (found === null || typeof found !== "object") throw new Unavailable(`answered with ${typeof found}`);
  return found;
}

/** Read a part of an answer with `how`; what cannot be read is no answer. */
export function read(what, how) {
  try {
    return how();
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`answered with ${what} that cannot be read`);
  }
}

// A refusal as RFC 9457 writes it, or as CDEK does.
function refusal(status, content) {
  let document;
  try {
    document = parsed(content);
  } catch {
    return new Refused(status, "", content.toString("utf8").slice(0, 200));
  }
  if (document.type) return new Refused(status, String(document.type).split("/").pop(), document.detail, document);
  const errors = document.errors ?? (document.requests ?? []).flatMap((row) => row.errors ?? []);
  return new Refused(status, errors[0]?.code ?? "", errors.map((row) => row.message).join("; "), document);
}
