// What is due and when, in virtual time. Nothing here sleeps; `run` is told how far to go.

import { Refused, Unavailable } from "./calls.mjs";
import { Cdek } from "./cdek.mjs";
import { MailAlliance } from "./mail-alliance.mjs";
import { NoRate } from "./money.mjs";
import { pick } from "./offers.mjs";
import { Invalid, newOrder } from "./orders.mjs";

const KINDS = { cdek: Cdek, mail_alliance: MailAlliance };
export const CARRIERS = Object.keys(KINDS);
const PAUSES_S = [30, 60, 120, 300, 600, 1800]; // after a failed try; the last one again and again

/** The order is not in a state that allows this. */
export class Conflict extends Error {}
/** No carrier could be asked at all. */
export class NoOffers extends Error {}

export class Engine {
  carriers = {};

  constructor(store) {
    this.store = store;
    this.#open();
  }

  // Take up what the store knows: after a reset and after a restart alike.
  #open() {
    const { settings } = this.store.state;
    this.carriers = {};
    for (const [name, account] of Object.entries(settings?.carriers ?? {}))
      this.carriers[name] = new KINDS[name](account, settings);
  }

  /** Forget everything and begin anew. */
  reset(settings, nowMs) {
    this.store.clear();
    Object.assign(this.store.state, { settings, nowMs });
    this.store.save();
    this.#open();
  }

  /** Do everything that is due up to a moment, in time order, then stand there. */
  async run(untilMs) {
    const { store } = this;
    const { state } = store;
    if (untilMs < state.nowMs) throw new Conflict(`it is ${new Date(state.nowMs).toISOString()} already`);
    for (let order = this.#next(untilMs); order; order = this.#next(untilMs)) {
      state.nowMs = Math.max(state.nowMs, order.dueMs);
      await this.#moveOn(order);
      if (store.state !== state) return store.state.nowMs; // a reset came between
    }
    state.nowMs = untilMs;
    store.save();
    return untilMs;
  }

  // The order whose turn is next, if that is by then; of equals the one that was placed first.
  #next(untilMs) {
    const waiting = this.store.state.orders.filter((order) => order.dueMs !== null && order.dueMs <= untilMs);
    return waiting.reduce((first, order) => (first && first.dueMs <= order.dueMs ? first : order), null);
  }

  order(number) {
    return this.store.state.orders.find((order) => order.number === number) ?? null;
  }

  /** Place an order; return whether it is new. Throws Conflict: the number is taken by another content. */
  place(wish) {
    const known = this.order(wish.number);
    if (known) {
      if (JSON.stringify(sorted(known.wish)) !== JSON.stringify(sorted(wish)))
        throw new Conflict(`${wish.number} was placed before with other content`);
      return false;
    }
    const order = newOrder(wish);
    this.store.state.orders.push(order);
    if (wish.confirm) this.#confirm(order);
    this.store.save();
    return true;
  }

  /** Send a draft on its way; `quote` is the id of an offer that was shown. */
  confirm(order, quote) {
    if (["cancelled", "failed"].includes(order.state)) throw new Conflict(`${order.number} is ${order.state}`);
    if (order.state !== "draft") return;
    if (quote !== null && !order.offers.some((offer) => offer.id === quote))
      throw new Invalid(`${order.number} was never shown an offer ${JSON.stringify(quote)}`);
    if (quote === null && this.store.state.settings.choice.rule === "by_hand")
      throw new Invalid("offers are picked by hand here; name the quote");
    order.picked = quote;
    this.#confirm(order);
    this.store.save();
  }

  #confirm(order) {
    if (order.picked === null && this.store.state.settings.choice.rule === "by_hand") {
      order.problems.push("Nobody has picked an offer yet.");
      return;
    }
    Object.assign(order, { state: "confirmed", step: "choose", problems: [] });
    this.#plan(order, 0);
  }

  /** Ask the carriers; return their offers, the one marked that the rule would take. */
  async showOffers(order) {
    this.#tick();
    const { offers, silent } = await this.#ask(order.wish);
    if (offers.length === 0 && silent.length > 0) throw new NoOffers(silent.join("; "));
    const { choice, currencies } = this.store.state.settings;
    const taken = pick(offers, order.wish, choice, currencies);
    order.offers = offers.map((offer) => ({ ...offer, chosen: offer === taken }));
    this.store.save();
    return order.offers;
  }

  async #ask(wish) {
    const offers = [];
    const silent = [];
    for (const [name, carrier] of Object.entries(this.carriers)) {
      if (wish.carrier !== null && wish.carrier !== name) continue;
      try {
        offers.push(...(await carrier.offers(wish)));
      } catch (error) {
        if (error instanceof Unavailable) silent.push(`${name} ${error.message}`);
        else if (!(error instanceof Refused || error instanceof NoRate)) throw error;
      }
    }
    return { offers, silent };
  }

  // Do the next step of an order, and plan the one after it.
  async #moveOn(order) {
    this.#tick();
    order.dueMs = null;
    if (order.cancelWanted) divert(order);
    if (!order.step) return this.store.save();
    const step = order.step;
    const carrier = this.carriers[order.carrier];
    this.#saveUnsure(order, carrier?.ifUnknown[step]);
    let pauseS = null;
    try {
      pauseS = step === "choose" ? await this.#choose(order) : await carrier.step(order);
      Object.assign(order, { tries: 0, trouble: "", looks: order.step === step ? order.looks : 0 });
    } catch (error) {
      if (error instanceof Unavailable) pauseS = later(order, error, carrier);
      else if (error instanceof Refused) pauseS = this.#refused(order, error);
      else throw error;
    }
    if (order.newLabel) {
      order.label = this.store.keepLabel(order, order.newLabel.format, order.newLabel.content);
      delete order.newLabel;
    }
    if (order.cancelWanted && order.state === "booked" && order.step !== "cancelling") {
      order.step = "cancel";
      pauseS ??= 0;
    }
    if (order.step && pauseS !== null) this.#plan(order, pauseS);
    this.store.save();
  }

  // Write down, before a call goes out, how to find out what became of it: we may be killed meanwhile.
  #saveUnsure(order, unsure) {
    if (!unsure) return;
    const { step } = order;
    order.step = unsure;
    this.#plan(order, 0);
    this.store.save();
    order.dueMs = null;
    order.step = step;
  }

  #refused(order, refusal) {
    if (["cancel", "cancelling"].includes(order.step)) {
      order.problems.push(`It could not be called off: ${refusal.message}`);
      order.cancelWanted = false;
      order.step = order.label ? "" : this.carriers[order.carrier].afterBooking;
      return 0;
    }
    fail(order, `${order.carrier} refused the order: ${refusal.message}`);
    return null;
  }

  async #choose(order) {
    const { offers, silent } = await this.#ask(order.wish);
    const { choice, currencies } = this.store.state.settings;
    const offer = order.picked === null ? pick(offers, order.wish, choice, currencies) : sameAgain(order, offers);
    if (!offer && silent.length > 0) throw new Unavailable(silent.join("; "));
    if (!offer && order.picked !== null) {
      Object.assign(order, { state: "draft", step: "", picked: null });
      order.problems.push("The offer that was picked is not made any more at that price; pick another.");
      return null;
    }
    if (!offer) {
      const { city, country } = order.wish.recipient;
      fail(order, `No carrier offers to take this order to ${city}, ${country}.`);
      return null;
    }
    Object.assign(order, { carrier: offer.carrier, quote: { ...offer, chosen: true }, step: "book" });
    order.request = this.carriers[offer.carrier].prepare(order, offer);
    return 0;
  }

  /** Call an order off. What the carrier cannot answer for now is asked again by `run`. Throws Conflict. */
  async cancel(order) {
    this.#tick();
    if (order.state === "cancelled") return;
    if (["draft", "failed"].includes(order.state) || order.step === "choose") {
      Object.assign(order, { state: "cancelled", step: "" });
      return this.store.save();
    }
    const before = order.step;
    order.cancelWanted = true;
    this.#plan(order, 0);
    if (order.state === "booked" && before !== "cancelling") await this.#cancelNow(order, before);
    this.store.save();
  }

  async #cancelNow(order, before) {
    order.step = "cancel";
    this.store.save();
    try {
      await this.carriers[order.carrier].cancel(order);
    } catch (error) {
      if (error instanceof Unavailable) {
        order.trouble = `${order.carrier}: ${error.message}; tried again.`;
      } else if (error instanceof Refused) {
        Object.assign(order, { cancelWanted: false, step: before });
        this.store.save();
        throw new Conflict(`${order.carrier} does not call ${order.number} off any more: ${error.message}`);
      } else throw error;
    }
  }

  #plan(order, afterS) {
    order.dueMs = this.store.state.nowMs + afterS * 1000;
  }

  #tick() {
    for (const carrier of Object.values(this.carriers)) carrier.nowMs = this.store.state.nowMs;
  }
}

function later(order, trouble, carrier) {
  order.step = carrier?.ifUnknown[order.step] ?? order.step;
  const pauseS = Math.max(trouble.retryAfterS, PAUSES_S[Math.min(order.tries, PAUSES_S.length - 1)]);
  order.tries += 1;
  order.trouble = `${order.carrier ?? "The carriers"}: ${trouble.message}; tried again in ${pauseS} s.`;
  return pauseS;
}

function fail(order, sentence) {
  Object.assign(order, { state: "failed", step: "", trouble: "" });
  order.problems.push(sentence);
}

// Turn an order that is to be called off to that, as soon as it is known what stands at the carrier.
function divert(order) {
  if (order.step === "choose") Object.assign(order, { state: "cancelled", step: "" });
  else if (order.state === "booked" && order.step !== "cancelling") order.step = "cancel";
}

// Today's offer for what was picked: the same service at the same price; its lock may be a new one.
function sameAgain(order, offers) {
  const old = order.offers.find((offer) => offer.id === order.picked);
  const mark = (offer) => JSON.stringify([offer.carrier, offer.service, offer.total]);
  return offers.find((offer) => mark(offer) === mark(old)) ?? null;
}

// The same object with its members in one order, so that equal contents have equal texts.
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
