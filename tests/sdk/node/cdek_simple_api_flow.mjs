// npm `cdek-simple-api`: what of it is the real API; it retries on 5xx, and some of its addresses are nowhere.
import { writeFile } from "node:fs/promises";
import { ROOT, SECRET, TENANT, advance, control, load, refused, tell } from "./stage.mjs";

const { CdekAuthError, createClient } = load("cdek-simple-api");
const client = (clientSecret = SECRET) =>
  createClient({ clientId: TENANT, clientSecret, baseUrl: `${ROOT}/v2`, retries: 3, retryDelay: 5 });
const api = client();
const nobody = "00000000-0000-4000-8000-000000000000";
const [MOSCOW, PETERSBURG] = [44, 137];

const wrong = await client("wrong").getRegions().then(() => null, (error) => error);
tell("token", { refused: wrong instanceof CdekAuthError, status: wrong?.status });

const cities = await api.getCities("RU");
const points = await api.getPickupPoints({ countryCode: "RU" }, { type: "PVZ", allowedCod: true, weightMax: 5 });
tell("geography", {
  cities: [cities.length, new Set(cities.map((city) => city.code)).size],
  points: [points.length, new Set(points.map((point) => point.code)).size],
  kinds: [...new Set(points.map((point) => `${point.type} ${point.allowed_cod}`))],
  regions: (await api.getRegions({ countryCode: "BY" })).length,
});

const packages = [{ weight: 1500, length: 30, width: 20, height: 10 }];
const way = { fromCityCode: MOSCOW, toCityCode: PETERSBURG, packages };
const { tariffs, cheapest, expensive } = await api.calculateDelivery(way);
tell("tariff", {
  count: tariffs.length,
  sums: [cheapest.deliverySum, expensive.deliverySum],
  one: await api.calculateDeliveryByTariff({ tariffCode: 139, ...way }),
});

const item = { name: "Чайник", ware_key: "T", payment: { value: 0 }, cost: 100, weight: 700, amount: 1 };
const order = (number) => ({
  number,
  tariff_code: 139,
  recipient: { name: "Анна", phones: [{ number: "+79213334455" }] },
  from_location: { code: MOSCOW, address: "а" },
  to_location: { code: PETERSBURG, address: "б" },
  packages: [{ number: "1", weight: 1500, items: [item] }],
});
const uuid = (await api.createOrder(order("S-1"))).entity.uuid;
await advance({ seconds: 2 });
const found = await api.getOrder("S-1", "im_number");
const same = (await api.getOrder(found.cdek_number, "cdek_number")).uuid === uuid;
tell("create", { same: same && (await api.getOrder(uuid)).uuid === uuid, number: found.cdek_number });

// An answer is lost twice after the order was made; the client tries again, and the carrier finds its number used.
const fault = { kind: "status", status: 502, carrier: "cdek", operation: "register_order", point: "after", times: 2 };
await control("POST", "/faults", fault);
const again = (await api.createOrder(order("S-2"))).entity.uuid;
await advance({ seconds: 2 });
tell("retries", { last: (await api.getOrder(again)).statuses[0].code });

const form = (await api.createBarcode({ orders: [{ order_uuid: uuid }], format: "A6", copy_count: 1 })).entity.uuid;
await advance({ seconds: 5 });
const status = await api.getBarcodeStatus(form);
const answered = await api.downloadBarcode(form); // it asks for the form and takes the JSON for the PDF
await writeFile("label.json", Buffer.from(answered));
tell("documents", { url: status.entity.url, taken: JSON.parse(Buffer.from(answered)).entity.uuid === form });

const hook = (await api.addWebhook({ url: "http://127.0.0.1:9/hook", type: "ORDER_STATUS" })).entity.uuid;
const listed = await api.getWebhooks();
await api.deleteWebhook(hook);
tell("webhooks", { listed: listed.map((one) => one.uuid === hook), left: (await api.getWebhooks()).length });

const deleted = await api.deleteOrder(uuid);
await advance({ seconds: 2 });
tell("delete", { type: deleted.requests[0].type, status: (await api.getOrder(uuid)).statuses[0].code });

tell("nowhere", {
  update: await refused(() => api.updateOrder({ uuid })),
  schedule: await refused(() => api.scheduleDelivery({ uuid, date: "2026-03-04", time_from: "10:00", time_to: "18:00" })),
  registry: await refused(() => api.getCodRegistry({ dateFirst: "2026-03-01", dateLast: "2026-03-31" })),
  transfer: await refused(() => api.getCodTransfer("1")),
});
tell("errors", { unknown: await refused(() => api.getOrder(nobody)) });
