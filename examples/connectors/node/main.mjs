// A sample connector without dependencies: `node main.mjs --port 8600 --state ./state`. Serves the driver contract.

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { CARRIERS, Conflict, Engine, NoOffers } from "./engine.mjs";
import { Invalid, checkAddress, checkedOrder, moment, view } from "./orders.mjs";
import { Store } from "./store.mjs";

const PATH = "/parcelproof/v1";
const MOST_BODY_BYTES = 1024 * 1024;
const RULES = ["cheapest", "fastest", "fixed", "by_hand"];
const CAPABILITIES = {
  protocol: "1",
  name: "sample connector in JavaScript",
  version: "1.0.0",
  language: "JavaScript",
  profiles: ["rates", "labels", "resilience", "idempotence"],
  carriers: CARRIERS,
  claims: ["clock", "restart"],
  mail_in: null,
};

const { values: options } = parseArgs({ options: { port: { type: "string" }, state: { type: "string" } } });
if (!options.port || !options.state) {
  console.error("say --port PORT and --state FOLDER");
  process.exit(2);
}
const engine = new Engine(new Store(options.state));

const ROUTES = [
  ["GET", /^\/capabilities$/, () => CAPABILITIES],
  ["POST", /^\/reset$/, (body) => (engine.reset(checkedReset(body), moment(body.now, "now")), {})],
  ["POST", /^\/run$/, async (body) => ({ now: new Date(await engine.run(moment(body.until, "until"))).toISOString() })],
  ["GET", /^\/orders$/, () => ({ orders: engine.store.state.orders.map(view) })],
  ["POST", /^\/orders$/, place],
  ["GET", /^\/orders\/([^/]+)$/, (body, number) => view(known(number))],
  ["GET", /^\/orders\/([^/]+)\/quotes$/, async (body, number) => ({ quotes: await engine.showOffers(known(number)) })],
  ["POST", /^\/orders\/([^/]+)\/confirm$/, confirm],
  ["POST", /^\/orders\/([^/]+)\/cancel$/, async (body, number) => (await engine.cancel(known(number)), { number })],
  ["GET", /^\/orders\/([^/]+)\/label$/, (body, number) => label(known(number))],
];

/** Problem details, thrown. */
class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    Object.assign(this, { status, code });
  }
}

function known(number) {
  const order = engine.order(number);
  if (!order) throw new Problem(404, "UNKNOWN_ORDER", `No order has number ${number}.`);
  return order;
}

function place(body) {
  const wish = checkedOrder(body, Object.keys(engine.carriers));
  return { status: engine.place(wish) ? 201 : 200, content: JSON.stringify({ number: wish.number }) };
}

function confirm(body, number) {
  const quote = body.quote ?? null;
  if (quote !== null && typeof quote !== "string") throw new Invalid("quote must be the id of an offer, or null");
  engine.confirm(known(number), quote);
  return { number };
}

function label(order) {
  if (!order.label) throw new Problem(404, "NO_LABEL", `${order.number} has no label yet.`);
  return { status: 200, kind: `application/${order.label.format.toLowerCase()}`, content: engine.store.label(order) };
}

function checkedReset(body) {
  const accounts = member(body, "carriers");
  const carriers = {};
  for (const [name, account] of Object.entries(accounts)) {
    const address = account?.base_url;
    if (!/^https?:\/\//.test(address)) throw new Invalid(`carriers.${name}.base_url must be an http(s) address`);
    checkAddress(account.sender, `carriers.${name}.sender`);
    if (CARRIERS.includes(name)) carriers[name] = account;
  }
  const choice = member(body, "choice", { rule: "cheapest" });
  const fits = RULES.includes(choice.rule) && (choice.rule !== "fixed" || Object.hasOwn(accounts, choice.carrier));
  if (!fits) throw new Invalid(`choice must have a rule of ${RULES.join(", ")}; fixed names a carrier`);
  const { label_format = "PDF" } = body;
  if (!["PDF", "ZPL"].includes(label_format)) throw new Invalid("label_format must be PDF or ZPL");
  const currencies = member(body, "currencies", { base: "EUR", rates: {} });
  if (!/^[A-Z]{3}$/.test(currencies.base)) throw new Invalid("currencies.base must be three capital letters");
  for (const [name, rate] of Object.entries(member(currencies, "rates")))
    if (typeof rate !== "string" || !/^\d{1,6}(\.\d{1,8})?$/.test(rate))
      throw new Invalid(`currencies.rates.${name} must be decimal text such as 0.0102`);
  return { carriers, choice, label_format, currencies };
}

function member(body, name, otherwise) {
  const found = body[name] === undefined ? otherwise : body[name];
  const good = found !== null && typeof found === "object" && !Array.isArray(found);
  if (!good) throw new Invalid(`${name} must be an object`);
  return found;
}

async function answer(request) {
  const url = new URL(request.url, "http://127.0.0.1");
  const path = url.pathname.startsWith(PATH) ? url.pathname.slice(PATH.length) : "";
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new Problem(413, "TOO_LARGE", `A body has at most ${MOST_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  for (const [method, form, act] of ROUTES) {
    const found = form.exec(path);
    if (!found || method !== request.method) continue;
    return act(object(Buffer.concat(chunks)), ...found.slice(1).map(decodeURIComponent));
  }
  throw new Problem(404, "NO_SUCH_OPERATION", `There is no ${request.method} ${url.pathname} here.`);
}

function object(content) {
  if (content.length === 0) return {};
  let found;
  try {
    found = JSON.parse(content.toString("utf8"));
  } catch (error) {
    throw new Invalid(`the body is no JSON: ${error.message}`);
  }
  const good = found !== null && typeof found === "object" && !Array.isArray(found);
  if (!good) throw new Invalid("the body must be an object");
  return found;
}

function problemOf(error) {
  if (error instanceof Problem) return error;
  if (error instanceof Invalid || error instanceof URIError) return new Problem(422, "INVALID", error.message);
  if (error instanceof Conflict) return new Problem(409, "CONFLICT", error.message);
  if (error instanceof NoOffers) return new Problem(503, "CARRIERS_UNAVAILABLE", error.message);
  console.error(error);
  return new Problem(500, "BROKEN", "This is a fault of the connector; its log says more.");
}

let turn = Promise.resolve(); // one call at a time moves things

const server = createServer((request, response) => {
  turn = turn.then(async () => {
    let made;
    try {
      const found = await answer(request);
      made = found.content === undefined ? { status: 200, content: JSON.stringify(found) } : found;
    } catch (error) {
      const { status, code, message } = problemOf(error);
      const title = code.replaceAll("_", " ").toLowerCase();
      const content = JSON.stringify({ type: `/problems/${code.toLowerCase()}`, title, status, detail: message, code });
      made = { status, kind: "application/problem+json", content };
    }
    response.writeHead(made.status, { "Content-Type": made.kind ?? "application/json" });
    response.end(made.content);
  });
});

server.listen(Number(options.port), "127.0.0.1", () => {
  console.log(`connector ready on http://127.0.0.1:${server.address().port}`);
});
