// npm `cdek`: the whole flow. It asks for /v2orders/… in place of /v2/orders/… for a client return, which is nowhere.
import { writeFile } from "node:fs/promises";
import { heard, recorded } from "./answers.mjs";
import { ROOT, SECRET, TENANT, advance, load, receiver, refused, tell, today } from "./stage.mjs";

const { ApiError, AuthError, Cdek } = load("cdek");
const EVENTS = [
  "ORDER_STATUS", "PRINT_FORM", "PREALERT_CLOSED", "ACCOMPANYING_WAYBILL", "DELIV_AGREEMENT", "DELIV_PROBLEM",
  "OFFICE_AVAILABILITY", "ORDER_MODIFIED",
];
const [MOSCOW, PETERSBURG] = [44, 137];

const client = (password = SECRET) => new Cdek({ account: TENANT, password, url_base: `${ROOT}/v2` });
const api = recorded(client());
const offices = {};
const news = [];
for (const name of EVENTS) api.on(name, (event) => news.push(heard(event)));
const hook = await receiver(api.webhookHandler());

// The client renews its token by the machine's clock, the carrier's by the tenant's.
async function later(time) {
  await advance(time);
  await api.refreshToken();
}

const item = {
  name: "Чайник «Заря»", ware_key: 4711, payment: { value: 1999.5 }, cost: 1999.5, weight: 700, amount: 2,
};

function order(number, changes = {}) {
  return {
    type: 1,
    number,
    tariff_code: 136,
    recipient: { name: "Анна Каренина", phones: [{ number: "+79213334455" }] },
    shipment_point: offices.from,
    delivery_point: offices.to,
    services: [{ code: "SMS", parameter: 79990000000 }],
    packages: [{ number: "1", weight: 1500.0, length: 30.5, width: 20, height: 10, items: [item] }],
    ...changes,
  };
}

async function placed(number, changes) {
  return (await api.addOrder(order(number, changes))).entity.uuid;
}

const entity = async (uuid) => (await api.getOrderByUUID(uuid)).entity;
const codes = (found) => found.statuses.map((status) => status.code);

async function token() {
  const wrong = await client("wrong").getRegions({}).then(() => null, (error) => error);
  await api.getRegions({ size: 1 });
  tell("token", {
    kept: typeof api.token === "string" && api.tokenExpire > Date.now(),
    wrong: wrong instanceof AuthError && JSON.parse(wrong.message).error,
  });
}

async function geography() {
  const regions = await api.getRegions({ country_codes: ["KZ", "BY"], size: 1000, page: 0 });
  const cities = await api.getCities({ country_codes: ["RU", "KZ"], size: 1000 });
  const points = await api.getPickupPoints({ city_code: MOSCOW, type: "PVZ", is_reception: true });
  offices.from = points[0].code;
  offices.to = (await api.getPickupPoints({ city_code: PETERSBURG, type: "PVZ", is_handout: true }))[0].code;
  tell("geography", {
    countries: [...new Set(regions.map((region) => region.country_code))].sort(),
    both: [...new Set(cities.map((city) => city.country_code))].sort(),
    at: (await api.getCityByCoordinates(55.75, 37.62)).code,
    points: points.map((point) => point.type),
  });
}

async function tariff() {
  const way = { from_location: { code: MOSCOW }, to_location: { code: PETERSBURG } };
  const packages = [{ weight: 1500, length: 30, width: 20, height: 10 }];
  tell("tariff", {
    one: await api.calculatorByTariff({ tariff_code: 136, ...way, packages }),
    list: (await api.calculatorByAvaibleTariffs({ ...way, packages })).tariff_codes.map((found) => found.tariff_code),
    all: (await api.availableTariffs("rus")).tariff_codes.length,
  });
}

async function webhooks() {
  const uuids = [];
  for (const type of EVENTS) uuids.push((await api.addWebhook({ url: hook, type })).entity.uuid);
  const one = (await api.getWebhookByUUID(uuids[0])).entity;
  const spare = (await api.addWebhook({ url: hook, type: "ORDER_STATUS" })).entity.uuid;
  await api.deleteWebhookByUUID(spare);
  tell("webhooks", { one, url: hook, left: (await api.getWebhooks()).map((found) => found.type) });
}

async function create() {
  const uuid = await placed("A-1", { comment: "[story: delivered]" });
  const before = await entity(uuid);
  await later({ seconds: 2 });
  const after = await entity(uuid);
  tell("create", {
    uuid,
    had: "cdek_number" in before,
    number: after.cdek_number,
    statuses: [codes(before), codes(after)],
    uuids: [
      (await api.getOrderByCdekNumber(Number(after.cdek_number))).entity.uuid,
      (await api.getOrderByImNumber("A-1")).entity.uuid,
    ],
    ware_key: after.packages[0].items[0].ware_key,
  });
  return uuid;
}

async function read(stream, name) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  await writeFile(name, Buffer.concat(pieces));
}

async function documents(uuid) {
  const { cdek_number } = await entity(uuid);
  const orders = [{ cdek_number: Number(cdek_number) }];
  const label = (await api.createBarcodeCP({ orders, format: "A7", lang: "RUS" })).entity.uuid;
  const waybill = (await api.createOrderReceipt({ orders: [{ order_uuid: uuid }] })).entity.uuid;
  const early = "url" in (await api.getBarcodeCP(label)).entity;
  await later({ seconds: 5 });
  const { url } = (await api.getBarcodeCP(label)).entity;
  await read(await api.downloadBarcodeCPByURL(url), "label.pdf");
  await read(await api.downloadOrderReceiptByUUID(waybill), "waybill.pdf");
  tell("documents", { number: cdek_number, early, receipt: (await api.getOrderReceipt(waybill)).entity });
}

async function lives(delivered) {
  const orders = { delivered };
  for (const story of ["partly-refused", "refused"]) {
    orders[story] = await placed(story, { comment: `[story: ${story}]` });
  }
  await later({ days: 14 });
  const found = {};
  for (const [story, uuid] of Object.entries(orders)) {
    const { entity: order, related_entities: related } = await api.getOrderByUUID(uuid);
    const told = news.filter((event) => event.type === "ORDER_STATUS" && event.uuid === uuid);
    found[story] = {
      statuses: codes(order),
      told: told.map((event) => event.attributes.code),
      taken: order.packages[0].items[0].delivery_amount ?? null,
      related: related.map((one) => one.type),
    };
  }
  tell("lives", { found, forms: news.filter((event) => event.type === "PRINT_FORM").map((event) => event.attributes) });
  return orders;
}

async function money(orders) {
  const until = Date.parse(await today());
  const days = [...Array(14).keys()].map((back) => new Date(until - back * 86400000).toISOString().slice(0, 10));
  const [registries, paid] = [[], []];
  for (const date of days) {
    registries.push(...((await api.getCashOnDeliveryRegistry({ date })).registries ?? []));
    paid.push(...(await api.getCashOnDeliveryTransfer({ date })).orders);
  }
  const receipts = await api.getCashboxCheck({ order_uuid: orders.delivered });
  tell("money", { registries, paid, receipts: receipts.check_info });
}

async function waysBack(orders) {
  const [refusing, fresh] = [await placed("R-1", { comment: "[story: delivered]" }), await placed("D-1")];
  await later({ days: 1.5 });
  const refusal = await api.addRefusal(refusing);
  const nowhere = await refused(() => api.createClientReturn({ order_uuid: orders.delivered, tariff_code: 136 }));
  const path = `/orders/${orders.delivered}/clientReturn`; // what the client means
  const returning = await api.rest.post({ url: path, payload: { tariff_code: 136 } });
  const deleting = await placed("D-2");
  await later({ seconds: 2 });
  const deleted = await api.deleteOrderByUUID(deleting);
  const late = await refused(() => api.deleteOrderByUUID(fresh));
  await later({ seconds: 5 });
  tell("ways back", {
    requests: [refusal, returning, deleted].map((answer) => answer.requests[0].type),
    nowhere,
    late,
    refused: codes(await entity(refusing))[0],
    removed: codes(await entity(deleting))[0],
    related: (await api.getOrderByUUID(orders.delivered)).related_entities.map((one) => one.type),
  });
}

async function changes() {
  const uuid = await placed("P-1");
  await later({ seconds: 2 });
  const { packages } = await entity(uuid);
  const known = { package_id: packages[0].package_id, number: "1", weight: 2000, items: [{ ...item, amount: 3 }] };
  const answer = await api.updateOrder({ uuid, type: 1, comment: "осторожно", packages: [known] });
  await later({ seconds: 2 });
  const found = await entity(uuid);
  tell("changes", {
    type: answer.requests[0].type,
    comment: found.comment,
    amount: found.packages[0].items[0].amount,
    reverse: await refused(() => api.checkReverseAvailability({
      tariff_code: 136,
      shipment_point: offices.to,
      delivery_point: offices.from,
      sender: { name: "Анна", phones: [{ number: "+79213334455" }] },
      recipient: { name: "Иван", phones: [{ number: "+79161112233" }] },
    })),
  });
}

async function calls() {
  const uuid = await placed("I-1", { tariff_code: 139, shipment_point: undefined, delivery_point: undefined,
    from_location: { code: MOSCOW, address: "Тверская ул., 1" },
    to_location: { code: PETERSBURG, address: "Невский пр., 28" } });
  await later({ seconds: 2 });
  const intake_date = new Date(Date.parse(await today()) + 2 * 86400000).toISOString().slice(0, 10);
  const call = (await api.addCourier({ order_uuid: uuid, intake_date, intake_time_from: "10:00", intake_time_to: "18:00" }))
    .entity.uuid;
  await later({ seconds: 2 });
  const details = (await api.getCourierDetails(call)).entity;
  const ofOrder = await api.getIntakes(uuid);
  const { date_intervals: days } = await api.getDeliveryIntervals({ order_uuid: uuid });
  const wish = { order_uuid: uuid, date: days[0].date, time_from: "14:00", time_to: "18:00" };
  const agreed = (await api.addDeliveryAppointment(wish)).entity.uuid;
  const deleted = await api.deleteCourier(call);
  await later({ seconds: 2 });
  tell("calls", {
    details,
    ofOrder: ofOrder.map((one) => one.uuid === call || one.entity?.uuid === call),
    agreed: (await api.getDeliveryAppointment(agreed)).entity,
    deleted: deleted.requests[0].type,
  });
}

async function papers(orders) {
  const uuid = await placed("D-3", { services: [{ code: "PHOTO_OF_DOCUMENTS" }], comment: "[story: delivered]" });
  await later({ seconds: 2 });
  const planned_date = new Date(Date.parse(await today()) + 86400000).toISOString().slice(0, 10);
  const prealert = (await api.addPrealert({ planned_date, shipment_point: offices.from, orders: [{ order_uuid: uuid }] }))
    .entity.uuid;
  await later({ seconds: 2 });
  const listed = (await api.getPrealert(prealert)).entity;
  await later({ days: 14 });
  const both = [uuid, orders.delivered];
  tell("papers", {
    listed,
    closed: (await api.getPrealert(prealert)).entity.closed_date !== undefined,
    passports: (await api.getPassportData({ order_uuid: both, client: "ALL" })).orders.map((one) => one.order_uuid),
    both,
    photos: (await api.getFinishedOrders({ orders: [{ order_uuid: uuid }] })).orders,
    customs: await api.calculatorCustoms({ weight: 1500, cost: 300 }),
    kinds: [...new Set(news.map((event) => event.type))].sort(),
  });
}

async function errors() {
  const nobody = "00000000-0000-4000-8000-000000000000";
  await placed("T-1");
  const twice = await placed("T-1");
  await later({ seconds: 2 });
  const silent = client();
  const caught = [];
  silent.rest.on_error = (error) => caught.push(error instanceof ApiError);
  tell("errors", {
    uuid: await refused(() => api.getOrderByUUID(nobody)),
    form: await refused(() => api.downloadBarcodeCPByUUID(nobody)),
    empty: await refused(() => api.addOrder({})),
    swallowed: [await silent.getOrderByUUID(nobody), ...caught],
    later: (await api.getOrderByUUID(twice)).requests,
  });
}

await token();
await geography();
await tariff();
await webhooks();
const first = await create();
await documents(first);
const orders = await lives(first);
await money(orders);
await waysBack(orders);
await changes();
await calls();
await papers(orders);
await errors();
await writeFile("answers.json", JSON.stringify(heard.all));
