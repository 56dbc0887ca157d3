// What may be placed as an order, and an order as the driver contract shows it.

/** Somebody sent what this connector cannot take; the message says where and what would be right. */
export class Invalid extends Error {}

const TEXT = (value) => typeof value === "string" && value.trim() !== "";
const TEXT_OR_NOTHING = (value) => value === undefined || typeof value === "string";
const WHOLE = (least) => (value) => Number.isSafeInteger(value) && value >= least;
const MATCHES = (form) => (value) => typeof value === "string" && form.test(value);
const OBJECT = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function check(good, value, where, words) {
  const found = JSON.stringify(value)?.slice(0, 100) ?? "missing";
  if (!good(value)) throw new Invalid(`${where} is ${found}; ${words} is wanted`);
}

/** Return an order as it may be placed. Throws Invalid, which names the member. */
export function checkedOrder(body, carriers) {
  check(OBJECT, body, "the order", "an object");
  check(MATCHES(/^[\x21-\x7e]{1,35}$/), body.number, "number", "1 to 35 printable ASCII characters without blanks");
  checkAddress(body.recipient, "recipient");
  check((value) => Array.isArray(value) && value.length > 0, body.lines, "lines", "a list of one line or more");
  body.lines.forEach((line, place) => checkLine(line, `lines[${place}]`));
  check((value) => ["prepaid", "cod"].includes(value), body.payment, "payment", "prepaid or cod");
  check(WHOLE(1), body.mass_g, "mass_g", "a whole number of grams from 1 on");
  const three = (value) => Array.isArray(value) && value.length === 3 && value.every(WHOLE(1));
  check(three, body.sides_mm, "sides_mm", "a list of three whole numbers of millimetres from 1 on");
  if (body.delivery_charge != null) checkMoney(body.delivery_charge, "delivery_charge");
  const served = (value) => value == null || carriers.includes(value);
  check(served, body.carrier, "carrier", `null, ${carriers.join(" or ")}`);
  check((value) => typeof value === "boolean", body.confirm, "confirm", "true or false");
  const { number, recipient, lines, payment, mass_g, sides_mm, delivery_charge, carrier, confirm } = body;
  const rest = { delivery_charge: delivery_charge ?? null, carrier: carrier ?? null, confirm };
  return { number, recipient, lines, payment, mass_g, sides_mm, ...rest };
}

export function checkAddress(address, where) {
  check(OBJECT, address, where, "an object");
  for (const name of ["name", "street", "postal_code", "city"])
    check(TEXT, address[name], `${where}.${name}`, "a text");
  check(MATCHES(/^[A-Z]{2}$/), address.country, `${where}.country`, "a country of two capital letters");
  for (const name of ["company", "house_number", "email", "phone"])
    check(TEXT_OR_NOTHING, address[name], `${where}.${name}`, "a text");
}

function checkMoney(amount, where) {
  check(OBJECT, amount, where, "an object");
  check(WHOLE(0), amount.amount_minor, `${where}.amount_minor`, "a whole number from 0 on");
  check(MATCHES(/^[A-Z]{3}$/), amount.currency, `${where}.currency`, "a currency of three capital letters");
}

function checkLine(line, where) {
  check(OBJECT, line, where, "an object");
  for (const name of ["sku", "description"]) check(TEXT, line[name], `${where}.${name}`, "a text");
  check(WHOLE(1), line.quantity, `${where}.quantity`, "a whole number from 1 on");
  check(WHOLE(1), line.unit_mass_g, `${where}.unit_mass_g`, "a whole number from 1 on");
  checkMoney(line.unit_price, `${where}.unit_price`);
  const percent = (value) => value == null || WHOLE(0)(value);
  check(percent, line.vat_rate, `${where}.vat_rate`, "null or a whole percentage");
}

/** Return a moment in milliseconds. Throws Invalid: this is no date-time with an offset. */
export function moment(value, where) {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  check(MATCHES(form), value, where, "a date-time with its offset");
  const found = Date.parse(value);
  check(Number.isFinite, found, where, "a date-time that exists");
  return found;
}

/** A new order. `step` is what is to be done next, "" is nothing; each carrier has its own steps. */
export const newOrder = (wish) => ({
  number: wish.number, wish, state: "draft", step: "", dueMs: null, tries: 0, looks: 0, carrier: null, offers: [],
  picked: null, quote: null, request: null, remoteId: "", formId: "", booked: null, trackingNumber: null, label: null,
  cancelWanted: false, problems: [], trouble: "",
});

export function view(order) {
  return {
    number: order.number,
    state: order.state,
    carrier: order.carrier,
    service: order.quote?.service ?? null,
    tracking_number: order.trackingNumber,
    tracking_numbers: order.trackingNumber ? [order.trackingNumber] : [],
    status: null, // this connector does not track
    partial: false,
    label: order.label,
    quote: order.quote,
    booked: order.booked,
    history: [],
    returns: [],
    final_state: null,
    problems: order.trouble ? [...order.problems, order.trouble] : order.problems,
    acting_user: null,
  };
}
