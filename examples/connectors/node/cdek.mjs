// CDEK: a booking is accepted first and judged later, the label is printed on request, and there is no idempotency key.
// So whoever does not know what became of a booking looks it up by the order's number before sending it again.

import { Refused, Unavailable, call, parsed, read } from "./calls.mjs";
import { converted, major, minor, money } from "./money.mjs";

const NAME = "cdek";
const CURRENCY = "RUB";
const DOOR_TO_DOOR = [139, 231, 293, 184, 480, 8]; // tariffs for goods, from our door to the buyer's
const PAUSES_S = [2, 5, 15, 60, 300]; // between looks at what CDEK is still working on
const RENEW_EARLY_MS = 60_000;
const STILL_PROCESSED = "v2_similar_request_still_processed"; // no refusal: ask again

export class Cdek {
  ifUnknown = { book: "lookUp" }; // step whose outcome nobody knows -> step that finds out
  afterBooking = "print";
  nowMs = 0; // the connector's clock; the engine sets it before each task
  #token = "";
  #goodUntilMs = 0;

  constructor(account, settings) {
    this.root = account.base_url.replace(/\/+$/, "");
    this.login = { client_id: account.client_id ?? "", client_secret: account.client_secret ?? "" };
    this.sender = account.sender;
    this.currencies = settings.currencies;
  }

  async offers(wish) {
    const declared = wish.lines.reduce((sum, line) => sum + this.#roubles(line.unit_price) * line.quantity, 0);
    const answer = await this.#json("POST", "/calculator/tariffAndService", {
      type: 1,
      from_location: place(this.sender),
      to_location: place(wish.recipient),
      packages: [box(wish)],
      services: [{ code: "INSURANCE", parameter: String(major(declared)) }],
    });
    return read("offers", () => answer.tariff_codes.flatMap(priced).filter((row) => DOOR_TO_DOOR.includes(row.tariff_code)).map(offer));
  }

  prepare(order, offer) {
    const { wish } = order;
    const cod = wish.payment === "cod";
    const items = wish.lines.map((line) => {
      const price = major(this.#roubles(line.unit_price));
      const { sku: ware_key, description: name, unit_mass_g: weight, quantity: amount } = line;
      return { name, ware_key, payment: { value: cod ? price : 0 }, cost: price, weight, amount };
    });
    const body = {
      type: 1,
      number: order.number,
      tariff_code: Number(offer.service),
      sender: person(this.sender),
      recipient: person(wish.recipient),
      from_location: place(this.sender),
      to_location: place(wish.recipient),
      packages: [{ number: "1", ...box(wish), items }],
    };
    const charge = cod ? wish.delivery_charge : null;
    if (charge) body.delivery_recipient_cost = { value: major(this.#roubles(charge)) };
    if (wish.recipient.country !== this.sender.country) {
      body.date_invoice = new Date(this.nowMs).toISOString().slice(0, 10);
      body.shipper_name = this.sender.name;
      body.shipper_address = `${place(this.sender).address}, ${this.sender.city}`;
    }
    return { body };
  }

  #roubles = (price) => converted(price.amount_minor, price.currency, CURRENCY, this.currencies);

  /** Do what is next for an order; return the seconds until the step after it, null when all is done. */
  async step(order) {
    const steps = {
      book: () => this.#book(order),
      lookUp: () => this.#lookUp(order),
      wait: () => this.#wait(order),
      print: () => this.#print(order),
      fetch: () => this.#fetch(order),
      cancel: () => this.#cancel(order),
      cancelling: () => this.#cancelling(order),
    };
    return steps[order.step]();
  }

  async #book(order) {
    order.remoteId = uuid(await this.#json("POST", "/orders", order.request.body));
    order.step = "wait";
    return pause(order);
  }

  // Find out what became of a booking whose answer never came.
  async #lookUp(order) {
    try {
      order.remoteId = uuid(await this.#json("GET", `/orders?im_number=${encodeURIComponent(order.number)}`));
      order.step = "wait";
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      if (!refusal.code.includes("not_found")) throw new Unavailable(`refused a look-up: ${refusal.message}`);
      order.step = "book";
    }
    return 0;
  }

  async #wait(order) {
    const { entity, requests } = await this.#order(order);
    const made = requests.find((row) => row.type === "CREATE");
    if (made?.state === "INVALID") throw new Refused(400, "invalid", sentences(made));
    if (!entity.cdek_number) return pause(order);
    Object.assign(order, { trackingNumber: String(entity.cdek_number), booked: order.quote.total });
    Object.assign(order, { state: "booked", step: "print" });
    return 0;
  }

  async #print(order) {
    const orders = [{ order_uuid: order.remoteId }];
    try {
      order.formId = uuid(await this.#json("POST", "/print/barcodes", { orders, format: "A6", copy_count: 1 }));
    } catch (refusal) {
      throw refusal instanceof Refused ? new Unavailable(`refused to print: ${refusal.message}`) : refusal;
    }
    order.step = "fetch";
    return pause(order);
  }

  // Fetch the label once it is printed; a form lives one hour, after that another is asked for.
  async #fetch(order) {
    let state = "REMOVED";
    try {
      const form = await this.#json("GET", `/print/barcodes/${order.formId}`);
      state = read("a print form", () => form.entity.statuses.at(-1).code); // the newest stands last, unlike an order's
      if (state === "READY") {
        const content = await this.#call("GET", `/print/barcodes/${order.formId}.pdf`);
        const text = content.toString("latin1").trimEnd();
        if (!(text.startsWith("%PDF-") && text.endsWith("%%EOF"))) throw new Unavailable("answered with half a label");
        Object.assign(order, { newLabel: { format: "PDF", content }, step: "" });
        return null;
      }
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      state = "REMOVED";
    }
    order.step = ["ACCEPTED", "PROCESSING"].includes(state) ? "fetch" : "print";
    return pause(order);
  }

  /** Ask CDEK to delete an order; it says later whether it did. Throws Refused: it holds the goods. */
  async cancel(order) {
    try {
      await this.#json("DELETE", `/orders/${order.remoteId}`);
      order.step = "cancelling";
    } catch (refusal) {
      // Perhaps an earlier try, whose answer was lost, is why this one is refused.
      if (!(refusal instanceof Refused)) throw refusal;
      await this.#cancelling(order);
      if (order.state !== "cancelled") throw refusal;
    }
  }

  async #cancel(order) {
    await this.cancel(order);
    return order.step ? pause(order) : null;
  }

  async #cancelling(order) {
    const { entity, requests } = await this.#order(order);
    if ((entity.statuses ?? []).some((row) => row.code === "REMOVED")) {
      Object.assign(order, { state: "cancelled", step: "" });
      return null;
    }
    const asked = requests.filter((row) => row.type === "DELETE").at(-1);
    if (asked?.state === "INVALID") throw new Refused(409, "delete", sentences(asked));
    return pause(order);
  }

  async #order(order) {
    const answer = await this.#json("GET", `/orders/${order.remoteId}`);
    return read("an order", () => ({ entity: { ...answer.entity }, requests: [...answer.requests] }));
  }

  #json = async (method, path, body) => parsed(await this.#call(method, path, body));

  // Call with a token; a token that is refused is renewed once.
  async #call(method, path, body) {
    for (const last of [false, true]) {
      const headers = { Authorization: `Bearer ${await this.#getToken()}` };
      try {
        return await call(method, this.root + path, { headers, body });
      } catch (error) {
        if (error.code === STILL_PROCESSED) throw new Unavailable("still works on an earlier request");
        if (!(error instanceof Unavailable) || error.status !== 401 || last) throw error;
        this.#token = "";
      }
    }
  }

  async #getToken() {
    if (this.#token && this.nowMs < this.#goodUntilMs) return this.#token;
    let found;
    try {
      const form = { grant_type: "client_credentials", ...this.login };
      found = parsed(await call("POST", `${this.root}/oauth/token`, { form }));
    } catch (error) {
      throw error instanceof Refused ? new Unavailable(`gives no token: ${error.message}`) : error;
    }
    if (typeof found.access_token !== "string") throw new Unavailable("answered without a token");
    const lifeMs = Number(found.expires_in) * 1000 || 0;
    this.#token = found.access_token;
    this.#goodUntilMs = this.nowMs + Math.max(lifeMs - RENEW_EARLY_MS, lifeMs / 2);
    return this.#token;
  }
}

/** A row has its price in `result`, and its code and status as text. */
function priced(row) {
  return row.status === "true" ? [{ ...row.result, tariff_code: Number(row.tariff_code) }] : [];
}

function offer(row) {
  const surcharges = row.services.map((made) => {
    return { code: made.code.toLowerCase(), amount: money(minor(made.total_sum), row.currency) };
  });
  return {
    id: `cdek-${row.tariff_code}`,
    carrier: NAME,
    service: String(row.tariff_code),
    net: money(minor(row.delivery_sum), row.currency),
    surcharges,
    tax: money(0, row.currency), // CDEK's sums have VAT inside and do not say how much
    total: money(minor(row.total_sum), row.currency),
    days_min: row.period_min,
    days_max: row.period_max,
  };
}

function uuid(answer) {
  const found = answer.entity?.uuid;
  if (typeof found !== "string") throw new Unavailable("answered without a uuid");
  return found;
}

const sentences = (request) => (request.errors ?? []).map((row) => row.message).join("; ");

function pause(order) {
  order.looks += 1;
  return PAUSES_S[Math.min(order.looks, PAUSES_S.length) - 1];
}

const place = (address) => ({
  postal_code: address.postal_code,
  city: address.city,
  country_code: address.country,
  address: `${address.street} ${address.house_number ?? ""}`.trim(),
});

function person({ name, company, email, phone }) {
  return { name, ...(company && { company }), ...(email && { email }), phones: phone ? [{ number: phone }] : [] };
}

function box(wish) {
  const [length, width, height] = wish.sides_mm.map((side) => Math.ceil(side / 10)).sort((a, b) => b - a); // whole cm
  return { weight: wish.mass_g, length, width, height };
}
