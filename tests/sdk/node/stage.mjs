// What a client's script needs besides the client: the simulator's clock, a receiver of webhooks, a way to tell.
import { createServer } from "node:http";
import { createRequire } from "node:module";

export const { SDK_ROOT: ROOT, SDK_TENANT: TENANT, SDK_SECRET: SECRET } = process.env;
const CONTROL = `${process.env.SDK_CONTROL}/_sim/v1/tenants/${TENANT}`;

// A client's own modules: those below its folder, not below this script's.
export const load = createRequire(`${process.env.SDK_MODULES}/package.json`);

// Print what a chapter saw, when all of it went well.
export function tell(chapter, facts) {
  console.log(JSON.stringify({ chapter, ...facts }));
}

// Call the control API as any program can; the path is below the tenant.
export async function control(method, path, body) {
  const answer = await fetch(CONTROL + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// Move the tenant's clock; all that is due on the way has happened afterwards, webhooks included.
export function advance({ days = 0, seconds = 0 }) {
  return control("POST", "/clock/advance", { by_ms: Math.round((days * 86400 + seconds) * 1000) });
}

export async function today() {
  return (await control("GET", "/clock")).now.slice(0, 10);
}

// An HTTP server that hands each request to a handler of the fetch kind, as clients bring one.
export async function receiver(handle) {
  const server = createServer(async (request, answer) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const taken = new Request(`http://127.0.0.1${request.url}`, { method: "POST", body: Buffer.concat(pieces) });
    const response = await handle(taken);
    answer.writeHead(response.status).end(await response.text());
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return `http://127.0.0.1:${server.address().port}/hook`;
}

// Return what a call that must fail was refused with.
export async function refused(call) {
  try {
    const made = await call();
    throw new TypeError(`no refusal: ${JSON.stringify(made)}`);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return { name: error.constructor.name, says: error.message, answer: error.response ?? error.body };
  }
}
