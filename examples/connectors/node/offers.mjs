// The choice among offers. An offer has the shape in which the driver contract shows it.

import { toBase } from "./money.mjs";

const COLLECTS_MONEY = ["cdek"]; // cash on delivery is theirs alone

/** Return the offer that the rule takes; null when none may be taken, or a person has to pick. */
export function pick(offers, order, choice, currencies) {
  const named = order.carrier ?? (choice.rule === "fixed" ? choice.carrier : null);
  const fit = offers
    .filter((offer) => named === null || offer.carrier === named)
    .filter((offer) => order.payment !== "cod" || COLLECTS_MONEY.includes(offer.carrier));
  if (choice.rule === "by_hand" || fit.length === 0) return null;
  const price = (offer) => toBase(offer.total.amount_minor, offer.total.currency, currencies);
  const cheaper = (a, b) => (price(a) < price(b) ? -1 : price(a) > price(b) ? 1 : 0);
  const faster = (a, b) => a.days_max - b.days_max || a.days_min - b.days_min;
  const [first, second] = choice.rule === "fastest" ? [faster, cheaper] : [cheaper, faster];
  return fit.reduce((best, offer) => ((first(offer, best) || second(offer, best)) < 0 ? offer : best));
}
