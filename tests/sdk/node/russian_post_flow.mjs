// npm `russian-post` (over strong-soap) and npm `soap`: tracking from its description alone. The first has its address
// in the code, so that the toolkit below it is told another one.
import { advance, control, load, refused, ROOT, SECRET, tell, TENANT } from "./stage.mjs";

const UNKNOWN = "80092578900475";
const REAL = "https://tracking.russianpost.ru";
const HERE = `${ROOT}/pochta-tracking`;
const LIFE = ["1/2", "8/1", "8/2", "12/1", "63/0", "2/1"];

const { soap: toolkit } = load(load.resolve("strong-soap", { paths: [load.resolve("russian-post")] }));
const create = toolkit.createClient;
toolkit.createClient = (address, ...rest) => create(address.replace(REAL, HERE), ...rest);
const { Tracking, FinalOperations } = load("russian-post");

async function ordered() {
  const key = Buffer.from(`${TENANT}:${SECRET}`).toString("base64");
  const order = {
    "address-type-to": "DEFAULT", "mail-type": "ONLINE_PARCEL", "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
    "mail-direct": 643, mass: 1200, payment: 150000, "insr-value": 160000, "index-to": 630099, "postoffice-code": "109012",
    "region-to": "Новосибирская обл", "place-to": "г Новосибирск", "street-to": "ул Ленина", "house-to": "1",
    surname: "Петров", "given-name": "Николай", "recipient-name": "Петров Николай", "tel-address": 79161234567, "order-num": "N-1",
  };
  const answer = await fetch(`${ROOT}/pochta/2.0/user/backlog`, {
    method: "PUT",
    headers: { Authorization: `AccessToken ${TENANT}`, "X-User-Authorization": `Basic ${key}` },
    body: JSON.stringify([order]),
  });
  return (await answer.json()).orders[0].barcode;
}

async function live(barcode, codes) {
  const { parcels } = await control("GET", "/parcels?carrier=russian_post");
  const { id } = parcels.find((parcel) => parcel.number === barcode);
  for (const code of codes) {
    await advance({ seconds: 3600 });
    await control("POST", `/parcels/${id}/scans`, { code });
  }
}

const spelled = ({ operation }) => `${operation.operType.id}/${operation.operAttr.id}`;

async function complaint(call) {
  const { name, says, answer } = await refused(call);
  return { name, says, status: answer?.statusCode, connection: answer?.headers.connection };
}

async function russianPost(barcode) {
  const tracking = new Tracking({ login: TENANT, password: SECRET });
  const one = await tracking.getHistory(barcode);
  await live(barcode, LIFE);
  const records = await tracking.getHistory(barcode);
  const last = records.at(-1);
  tell("russian-post", {
    one: one.map(spelled),
    codes: records.map(spelled),
    keys: Object.keys(last).sort(),
    place: last.address.operationAddress,
    english: (await tracking.getHistory(barcode, "ENG")).at(-1).operation.operAttr.name,
    final: FinalOperations.get(last.operation.operType.id).includes(last.operation.operAttr.id),
    malformed: await complaint(() => tracking.getHistory("x", "ENG")),
    unknown: await complaint(() => tracking.getHistory(UNKNOWN)),
    stranger: await complaint(() => new Tracking({ login: TENANT, password: "wrong" }).getHistory(barcode)),
  });
}

async function soap(barcode) {
  const soap = load("soap");
  const who = { login: TENANT, password: SECRET };
  const single = await soap.createClientAsync(`${HERE}/rtm34?wsdl`, { forceSoap12Headers: true });
  const ask = (Barcode) => single.getOperationHistoryAsync({
    OperationHistoryRequest: { Barcode, MessageType: 0, Language: "RUS" }, AuthorizationHeader: who,
  });
  const [{ OperationHistoryData: told }] = await ask(barcode);
  const [{ PostalOrderEventsForMaiOutput: money }] = await single.PostalOrderEventsForMailAsync({
    AuthorizationHeader: who, PostalOrderEventsForMailInput: { attributes: { Barcode: barcode } },
  });
  const batch = await soap.createClientAsync(`${HERE}/fc?wsdl`);
  const asked = { Item: [{ attributes: { Barcode: barcode } }, { attributes: { Barcode: UNKNOWN } }] };
  const [{ value: ticket }] = await batch.getTicketAsync({ request: asked, language: "RUS", ...who });
  const [early] = await batch.getResponseByTicketAsync({ ticket, ...who });
  await advance({ seconds: 900 });
  const [{ value }] = await batch.getResponseByTicketAsync({ ticket, ...who });
  const fault = await ask("x").then(() => null, (error) => error.root.Envelope.Body.Fault);
  tell("soap", {
    codes: told.historyRecord.map(({ OperationParameters: { OperType, OperAttr } }) => `${OperType.Id}/${OperAttr.Id}`),
    dates: told.historyRecord.every(({ OperationParameters: { OperDate } }) => OperDate instanceof Date),
    money: money.PostalOrderEvent.map(({ attributes }) => [attributes.EventType, attributes.SumPaymentForward]),
    early: early.error.attributes.ErrorTypeID,
    items: value.Item.map(({ Operation = [], Error = [] }) => [Operation.length, Error.map(({ attributes }) => attributes.ErrorTypeID)]),
    fault: Object.keys(fault.Detail),
  });
}

const barcode = await ordered();
await russianPost(barcode);
await soap(barcode);
