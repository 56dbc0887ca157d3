// Amounts in whole minor units. A binary float is never added, multiplied or compared here.

const SCALE = 10n ** 8n; // of exchange rates

/** Return minor units of decimal text, or of a JSON number whose shortest text is the decimal that was sent. */
export function minor(value) {
  const found = /^(-?\d+)(?:\.(\d{1,2}))?$/.exec(String(value));
  if (!found) throw new RangeError(`${value} is no amount with two decimals`);
  const cents = Number(found[2]?.padEnd(2, "0") ?? 0);
  return Number(found[1]) * 100 + (found[1].startsWith("-") ? -cents : cents);
}

/** Return minor units as the JSON number that CDEK wants: exact to print, and never computed with. */
export function major(amountMinor) {
  const text = String(amountMinor).padStart(3, "0");
  return Number(`${text.slice(0, -2)}.${text.slice(-2)}`);
}

export const money = (amountMinor, currency) => ({ amount_minor: amountMinor, currency });

/** Return an amount in hundredths of the base currency, scaled; only good to compare. Throws: there is no rate. */
export function toBase(amountMinor, currency, currencies) {
  return BigInt(amountMinor) * rate(currency, currencies);
}

/** Return an amount in another currency, rounded half up to its minor unit. */
export function converted(amountMinor, currency, wanted, currencies) {
  if (currency === wanted) return amountMinor;
  const divisor = rate(wanted, currencies);
  return Number((2n * toBase(amountMinor, currency, currencies) + divisor) / (2n * divisor));
}

function rate(currency, currencies) {
  if (currency === currencies.base) return SCALE;
  const found = /^(\d+)(?:\.(\d{1,8}))?$/.exec(currencies.rates[currency] ?? "");
  if (!found) throw new NoRate(`there is no rate for ${currency}`);
  return BigInt(found[1]) * SCALE + BigInt((found[2] ?? "").padEnd(8, "0"));
}

export class NoRate extends Error {}
