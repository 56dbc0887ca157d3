<?php

// Mail Alliance: one call books and answers with number, price and label; its key makes repeats harmless.

declare(strict_types=1);

final class MailAlliance
{
    public const IF_UNKNOWN = []; // step whose outcome nobody knows => step that finds out: none is needed
    public const AFTER_BOOKING = '';
    private const ADDRESS = [
        'name', 'company', 'street', 'house_number', 'postal_code', 'city', 'country', 'email', 'phone',
    ];

    private string $root;
    private array $headers;

    public function __construct(private readonly array $account, private readonly array $settings)
    {
        $this->root = rtrim($account['base_url'], '/');
        $this->headers = ['X-Api-Key' => $account['api_key'] ?? ''];
    }

    public function offers(array $wish): array
    {
        $answer = $this->json('POST', '/v1/rates', body: $this->shipment($wish));
        return reading('offers', fn () => array_map($this->offer(...), member($answer, 'rates')));
    }

    private function offer(array $rate): array
    {
        $currency = member($rate, 'total', 'currency');
        $amount = fn (string|int ...$path) => money(minor(member($rate, ...$path)), $currency);
        $surcharges = [];
        foreach (member($rate, 'surcharges') as $place => $row) {
            $surcharges[] = ['code' => $row['code'], 'amount' => $amount('surcharges', $place, 'amount', 'amount')];
        }
        return [
            'id' => member($rate, 'id'),
            'carrier' => 'mail_alliance',
            'service' => member($rate, 'service'),
            'net' => $amount('net', 'amount'),
            'surcharges' => $surcharges,
            'tax' => $amount('tax', 'amount', 'amount'),
            'total' => $amount('total', 'amount'),
            'days_min' => member($rate, 'transit_days', 'min'),
            'days_max' => member($rate, 'transit_days', 'max'),
        ];
    }

    /** Return the booking: made once and kept, so that every try sends the same body under the same key. */
    public function prepare(array $order, array $offer, int $nowMs): array
    {
        $contents = array_map(fn ($line) => [
            'description' => firstCharacters($line['description'], 70),
            'quantity' => $line['quantity'],
            'unit_weight_g' => $line['unit_mass_g'],
            'sku' => firstCharacters($line['sku'], 40),
        ], array_slice($order['wish']['lines'], 0, 50));
        $body = $this->shipment($order['wish']) + [
            'service' => $offer['service'],
            'rate_id' => $offer['id'],
            'contents' => $contents,
            'references' => ['order' => $order['number'], 'shipment' => $order['number']],
            'label' => ['format' => $this->settings['label_format']],
        ];
        return ['key' => $this->key('book', $order['number'], $offer['id']), 'body' => $body];
    }

    /** Do what is next for an order; return the seconds until the step after it, null when all is done. */
    public function step(array &$order): ?int
    {
        if ($order['step'] === 'cancel') {
            $this->cancel($order);
            return null;
        }
        $headers = ['Idempotency-Key' => $order['request']['key']];
        try {
            $this->take($order, $this->json('POST', '/v1/parcels', $headers, $order['request']['body']));
        } catch (Refused $refusal) {
            return $this->refused($order, $refusal);
        }
        return null;
    }

    private function refused(array &$order, Refused $refusal): ?int
    {
        if ($refusal->reason === 'idempotency-key-in-flight') {
            throw new Unavailable('the same booking is still under way');
        }
        if (array_column($refusal->document['errors'] ?? [], 'pointer') === ['/rate_id']) {
            $order['step'] = 'choose'; // the price was locked for thirty minutes; those are over
            return 0;
        }
        if ($refusal->reason !== 'invalid-state') {
            throw $refusal;
        }
        $this->adopt($order); // our reference is taken: an earlier try did book, and its key is forgotten
        return null;
    }

    private function adopt(array &$order): void
    {
        $found = $this->json('GET', '/v1/parcels?reference=' . rawurlencode($order['number']));
        $ours = fn ($row) => ($row['references']['shipment'] ?? null) === $order['number'];
        $mine = reading('parcels', fn () => array_values(array_filter(member($found, 'data'), $ours)));
        $id = $mine[0]['id'] ?? throw new Unavailable('the parcel is there but cannot be found yet');
        $parcel = $this->json('GET', "/v1/parcels/$id");
        $format = $this->settings['label_format'];
        $headers = $this->headers + ['Accept' => 'application/' . strtolower($format)];
        $content = call('GET', "$this->root/v1/parcels/$id/label", $headers);
        $label = ['format' => $format, 'content_base64' => base64_encode($content)];
        $this->take($order, ['label' => $label] + $parcel);
    }

    /** Read the answer to a booking, whole or not at all. */
    private function take(array &$order, array $parcel): void
    {
        $found = reading('a booking', fn () => [
            'remote_id' => member($parcel, 'id'),
            'tracking_number' => member($parcel, 'tracking_number'),
            'booked' => money(
                minor(member($parcel, 'price', 'total', 'amount')),
                member($parcel, 'price', 'total', 'currency'),
            ),
            'new_label' => [
                member($parcel, 'label', 'format'),
                base64_decode(member($parcel, 'label', 'content_base64'), true)
                    ?: throw new UnexpectedValueException('no label'),
            ],
        ]);
        $order = $found + ['state' => 'booked', 'step' => ''] + $order;
    }

    public function cancel(array &$order): void
    {
        $headers = ['Idempotency-Key' => $this->key('cancel', $order['number'], $order['remote_id'])];
        $this->json('POST', "/v1/parcels/{$order['remote_id']}/cancel", $headers, []);
        $order = ['state' => 'cancelled', 'step' => ''] + $order;
    }

    private function shipment(array $wish): array
    {
        [$length, $width, $height] = longestFirst($wish['sides_mm']);
        $box = ['length_mm' => $length, 'width_mm' => $width, 'height_mm' => $height];
        $address = fn (array $from) => array_filter(array_intersect_key($from, array_flip(self::ADDRESS)));
        return [
            'shipper' => $address($this->account['sender']),
            'recipient' => $address($wish['recipient']),
            'package' => $box + ['weight_g' => $wish['mass_g']],
        ];
    }

    /** An idempotency key that follows from what is done: a connector that crashed would send the same. */
    private function key(string ...$parts): string
    {
        return $parts[0] . '-' . substr(hash('sha256', implode('/', $parts)), 0, 40);
    }

    private function json(string $method, string $path, array $headers = [], ?array $body = null): array
    {
        return parsed(call($method, $this->root . $path, $this->headers + $headers, $body));
    }
}

/** The first characters of a text; whole code points, without the extension mbstring. */
function firstCharacters(string $text, int $most): string
{
    return preg_match("/^.{0,$most}/us", $text, $found) ? $found[0] : $text;
}
