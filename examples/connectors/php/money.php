<?php

// Amounts in whole minor units. A binary float is never added, multiplied or compared here.

declare(strict_types=1);

const RATE_DIGITS = 8;

final class NoRate extends Exception
{
}

/** Return minor units of decimal text, or of a JSON number: its shortest text is the decimal that was sent. */
function minor(string|int|float $value): int
{
    $text = is_float($value) ? json_encode($value) : (string) $value;
    if (!preg_match('/^(\d+)(?:\.(\d{1,2}))?$/', $text, $found)) {
        throw new UnexpectedValueException("$text is no amount with two decimals");
    }
    return (int) $found[1] * 100 + (int) str_pad($found[2] ?? '', 2, '0');
}

/** Return minor units as the JSON number that CDEK wants: exact to print, and never computed with. */
function major(int $amountMinor): float
{
    return (float) sprintf('%d.%02d', intdiv($amountMinor, 100), $amountMinor % 100);
}

function money(int $amountMinor, string $currency): array
{
    return ['amount_minor' => $amountMinor, 'currency' => $currency];
}

/** Return an amount in hundredths of the base currency, scaled; only good to compare. */
function toBase(array $money, array $currencies): int
{
    return $money['amount_minor'] * rate($money['currency'], $currencies);
}

/** Return an amount in another currency, rounded half up to its minor unit. */
function converted(array $money, string $wanted, array $currencies): int
{
    if ($money['currency'] === $wanted) {
        return $money['amount_minor'];
    }
    $divisor = rate($wanted, $currencies);
    return intdiv(2 * toBase($money, $currencies) + $divisor, 2 * $divisor);
}

function rate(string $currency, array $currencies): int
{
    $text = $currency === $currencies['base'] ? '1' : ($currencies['rates'][$currency] ?? '');
    if (!preg_match('/^(\d{1,6})(?:\.(\d{1,8}))?$/', (string) $text, $found)) {
        throw new NoRate("there is no rate for $currency");
    }
    return (int) ($found[1] . str_pad($found[2] ?? '', RATE_DIGITS, '0'));
}
