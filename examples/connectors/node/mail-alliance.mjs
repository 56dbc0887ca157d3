// Mail Alliance: one call books and answers with number, price and label; its key makes repeats harmless.

import { createHash } from "node:crypto";
import { Refused, Unavailable, call, parsed, read } from "./calls.mjs";
import { minor, money } from "./money.mjs";

const NAME = "mail_alliance";
const ADDRESS = ["name", "company", "street", "house_number", "postal_code", "city", "country", "email", "phone"];

export class MailAlliance {
  ifUnknown = {}; // step whose outcome nobody knows -> step that finds out: none is needed
  afterBooking = "";

  constructor(account, settings) {
    this.root = account.base_url.replace(/\/+$/, "");
    this.headers = { "X-Api-Key": account.api_key ?? "" };
    this.sender = account.sender;
    this.labelFormat = settings.label_format;
  }

  async offers(wish) {
    const answer = await this.#json("POST", "/v1/rates", { body: this.#shipment(wish) });
    return read("offers", () => answer.rates.map(offer));
  }

  /** Return the booking: made once and kept, so that every try sends the same body under the same key. */
  prepare(order, offer) {
    const contents = order.wish.lines.slice(0, 50).map((line) => ({
      description: line.description.slice(0, 70),
      quantity: line.quantity,
      unit_weight_g: line.unit_mass_g,
      sku: line.sku.slice(0, 40),
    }));
    const body = {
      ...this.#shipment(order.wish),
      service: offer.service,
      rate_id: offer.id,
      contents,
      references: { order: order.number, shipment: order.number },
      label: { format: this.labelFormat },
    };
    return { key: key("book", order.number, offer.id), body };
  }

  /** Do what is next for an order; return the seconds until the step after it, null when all is done. */
  async step(order) {
    if (order.step === "cancel") {
      await this.cancel(order);
      return null;
    }
    try {
      const headers = { "Idempotency-Key": order.request.key };
      take(order, await this.#json("POST", "/v1/parcels", { headers, body: order.request.body }));
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      return this.#refused(order, refusal);
    }
    return null;
  }

  async #refused(order, refusal) {
    const pointers = (refusal.document?.errors ?? []).map((row) => row.pointer);
    if (refusal.code === "idempotency-key-in-flight") throw new Unavailable("the same booking is still under way");
    if (pointers.length === 1 && pointers[0] === "/rate_id") {
      order.step = "choose"; // the price was locked for thirty minutes; those are over
      return 0;
    }
    if (refusal.code !== "invalid-state") throw refusal;
    await this.#adopt(order); // our reference is taken: an earlier try did book, and its key is forgotten
    return null;
  }

  async #adopt(order) {
    const found = await this.#json("GET", `/v1/parcels?reference=${encodeURIComponent(order.number)}`);
    const mine = read("parcels", () => found.data.find((row) => row.references?.shipment === order.number));
    if (!mine) throw new Unavailable("the parcel is there but cannot be found yet");
    const parcel = await this.#json("GET", `/v1/parcels/${mine.id}`);
    const headers = { ...this.headers, Accept: `application/${this.labelFormat.toLowerCase()}` };
    const content = await call("GET", `${this.root}/v1/parcels/${mine.id}/label`, { headers });
    take(order, { ...parcel, label: { format: this.labelFormat, content_base64: content.toString("base64") } });
  }

  async cancel(order) {
    const headers = { "Idempotency-Key": key("cancel", order.number, order.remoteId) };
    await this.#json("POST", `/v1/parcels/${order.remoteId}/cancel`, { headers, body: {} });
    order.state = "cancelled";
    order.step = "";
  }

  #shipment(wish) {
    const [length_mm, width_mm, height_mm] = [...wish.sides_mm].sort((a, b) => b - a);
    const box = { weight_g: wish.mass_g, length_mm, width_mm, height_mm };
    return { shipper: address(this.sender), recipient: address(wish.recipient), package: box };
  }

  async #json(method, path, { headers = {}, body } = {}) {
    return parsed(await call(method, this.root + path, { headers: { ...this.headers, ...headers }, body }));
  }
}

// Read the answer to a booking, whole or not at all.
function take(order, parcel) {
  const found = read("a booking", () => ({
    remoteId: text(parcel.id),
    trackingNumber: text(parcel.tracking_number),
    booked: money(minor(parcel.price.total.amount), text(parcel.price.total.currency)),
    newLabel: { format: text(parcel.label.format), content: Buffer.from(text(parcel.label.content_base64), "base64") },
  }));
  Object.assign(order, found, { state: "booked", step: "" });
}

function offer(rate) {
  const { currency } = rate.total;
  const surcharge = (row) => ({ code: text(row.code), amount: money(minor(row.amount.amount), currency) });
  return {
    id: text(rate.id),
    carrier: NAME,
    service: text(rate.service),
    net: money(minor(rate.net.amount), currency),
    surcharges: rate.surcharges.map(surcharge),
    tax: money(minor(rate.tax.amount.amount), currency),
    total: money(minor(rate.total.amount), text(currency)),
    days_min: rate.transit_days.min,
    days_max: rate.transit_days.max,
  };
}

function text(value) {
  if (typeof value !== "string") throw new TypeError(`${value} is no text`);
  return value;
}

const address = (from) => Object.fromEntries(ADDRESS.filter((name) => from[name]).map((name) => [name, from[name]]));

// An idempotency key that follows from what is done: a connector that crashed would send the same.
const key = (...parts) => `${parts[0]}-${createHash("sha256").update(parts.join("/")).digest("hex").slice(0, 40)}`;
