<?php

// What may be placed as an order, an order as the driver contract shows it, and the choice among offers.

declare(strict_types=1);

/** Somebody sent what this connector cannot take; the message says where and what would be right. */
final class Invalid extends Exception
{
}

const COLLECTS_MONEY = ['cdek']; // cash on delivery is theirs alone
const MOMENT = '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/';

function check(bool $good, mixed $value, string $where, string $words): void
{
    if (!$good) {
        $found = substr((string) json_encode($value), 0, 100);
        throw new Invalid("$where is $found; $words is wanted");
    }
}

function isText(mixed $value): bool
{
    return is_string($value) && trim($value) !== '';
}

function matches(string $form, mixed $value): bool
{
    return is_string($value) && preg_match($form, $value) === 1;
}

/** Return an order as it may be placed. */
function checkedOrder(array $body, array $carriers): array
{
    $words = '1 to 35 printable ASCII characters without blanks';
    check(matches('/^[\x21-\x7e]{1,35}$/D', $body['number'] ?? null), $body['number'] ?? null, 'number', $words);
    checkAddress($body['recipient'] ?? null, 'recipient');
    $lines = $body['lines'] ?? null;
    check(is_array($lines) && $lines !== [] && array_is_list($lines), $lines, 'lines', 'a list of one line or more');
    foreach ($lines as $place => $line) {
        checkLine($line, "lines[$place]");
    }
    $payment = $body['payment'] ?? null;
    check(in_array($payment, ['prepaid', 'cod'], true), $payment, 'payment', 'prepaid or cod');
    checkWhole($body, 'mass_g', 1);
    $sides = $body['sides_mm'] ?? null;
    $good = is_array($sides) ? array_filter($sides, fn ($side) => is_int($side) && $side > 0) : [];
    $words = 'a list of three whole numbers of millimetres from 1 on';
    check(count($good) === 3 && $good === $sides, $sides, 'sides_mm', $words);
    if (isset($body['delivery_charge'])) {
        checkMoney($body['delivery_charge'], 'delivery_charge');
    }
    $carrier = $body['carrier'] ?? null;
    check(in_array($carrier, [null, ...$carriers], true), $carrier, 'carrier', implode(' or ', ['null', ...$carriers]));
    check(is_bool($body['confirm'] ?? null), $body['confirm'] ?? null, 'confirm', 'true or false');
    $kept = ['number', 'recipient', 'lines', 'payment', 'mass_g', 'sides_mm', 'confirm'];
    $optional = ['carrier' => $carrier, 'delivery_charge' => $body['delivery_charge'] ?? null];
    return array_intersect_key($body, array_flip($kept)) + $optional;
}

function checkAddress(mixed $address, string $where): void
{
    check(is_array($address), $address, $where, 'an object');
    foreach (['name', 'street', 'postal_code', 'city'] as $name) {
        check(isText($address[$name] ?? null), $address[$name] ?? null, "$where.$name", 'a text');
    }
    $country = $address['country'] ?? null;
    check(matches('/^[A-Z]{2}$/D', $country), $country, "$where.country", 'a country of two capital letters');
    foreach (['company', 'house_number', 'email', 'phone'] as $name) {
        check(is_string($address[$name] ?? ''), $address[$name] ?? null, "$where.$name", 'a text');
    }
}

function checkMoney(mixed $amount, string $where): void
{
    check(is_array($amount), $amount, $where, 'an object');
    checkWhole($amount, 'amount_minor', 0, "$where.");
    $currency = $amount['currency'] ?? null;
    check(matches('/^[A-Z]{3}$/D', $currency), $currency, "$where.currency", 'a currency of three capital letters');
}

function checkLine(mixed $line, string $where): void
{
    check(is_array($line), $line, $where, 'an object');
    foreach (['sku', 'description'] as $name) {
        check(isText($line[$name] ?? null), $line[$name] ?? null, "$where.$name", 'a text');
    }
    checkWhole($line, 'quantity', 1, "$where.");
    checkWhole($line, 'unit_mass_g', 1, "$where.");
    checkMoney($line['unit_price'] ?? null, "$where.unit_price");
    if (isset($line['vat_rate'])) {
        checkWhole($line, 'vat_rate', 0, "$where.");
    }
}

function checkWhole(array $body, string $name, int $least, string $where = ''): void
{
    $value = $body[$name] ?? null;
    check(is_int($value) && $value >= $least, $value, "$where$name", "a whole number from $least on");
}

/** Return a moment in milliseconds. */
function moment(mixed $value, string $where): int
{
    check(matches(MOMENT, $value), $value, $where, 'a date-time with its offset');
    try {
        return (int) (new DateTimeImmutable($value))->format('Uv');
    } catch (Exception) {
        throw new Invalid("$where is $value; a date-time that exists is wanted");
    }
}

function shownMoment(int $atMs): string
{
    return gmdate('Y-m-d\TH:i:s', intdiv($atMs, 1000)) . sprintf('.%03dZ', $atMs % 1000);
}

/** A new order. `step` is what is to be done next, "" is nothing; each carrier has its own steps. */
function newOrder(array $wish): array
{
    return [
        'number' => $wish['number'], 'wish' => $wish, 'state' => 'draft', 'step' => '', 'due' => null, 'tries' => 0,
        'looks' => 0, 'carrier' => null, 'offers' => [], 'picked' => null, 'quote' => null, 'request' => null,
        'remote_id' => '', 'form_id' => '', 'booked' => null, 'tracking_number' => null, 'label' => null,
        'cancel_wanted' => false, 'problems' => [], 'trouble' => '',
    ];
}

function view(array $order): array
{
    return [
        'number' => $order['number'],
        'state' => $order['state'],
        'carrier' => $order['carrier'],
        'service' => $order['quote']['service'] ?? null,
        'tracking_number' => $order['tracking_number'],
        'tracking_numbers' => $order['tracking_number'] === null ? [] : [$order['tracking_number']],
        'status' => null, // this connector does not track
        'partial' => false,
        'label' => $order['label'],
        'quote' => $order['quote'],
        'booked' => $order['booked'],
        'history' => [],
        'returns' => [],
        'final_state' => null,
        'problems' => [...$order['problems'], ...array_filter([$order['trouble']])],
        'acting_user' => null,
    ];
}

function longestFirst(array $sides): array
{
    rsort($sides);
    return $sides;
}

/** Return the offer that the rule takes; null when none may be taken, or a person has to pick. */
function pick(array $offers, array $wish, array $choice, array $currencies): ?array
{
    $named = $wish['carrier'] ?? ($choice['rule'] === 'fixed' ? $choice['carrier'] : null);
    $fit = array_filter($offers, fn ($offer) => in_array($named, [null, $offer['carrier']], true)
        && ($wish['payment'] !== 'cod' || in_array($offer['carrier'], COLLECTS_MONEY, true)));
    if ($choice['rule'] === 'by_hand' || $fit === []) {
        return null;
    }
    $price = fn ($offer) => toBase($offer['total'], $currencies);
    $rank = $choice['rule'] === 'fastest'
        ? fn ($offer) => [$offer['days_max'], $offer['days_min'], $price($offer)]
        : fn ($offer) => [$price($offer), $offer['days_max'], $offer['days_min']];
    usort($fit, fn ($one, $other) => $rank($one) <=> $rank($other));
    return $fit[0];
}
