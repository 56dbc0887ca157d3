<?php

// CDEK: a booking is accepted first and judged later, the label is printed on request, and there is no idempotency key.
// So whoever does not know what became of a booking looks it up by the order's number before sending it again.

declare(strict_types=1);

final class Cdek
{
    public const IF_UNKNOWN = ['book' => 'look_up']; // step whose outcome nobody knows => step that finds out
    public const AFTER_BOOKING = 'print';
    private const CURRENCY = 'RUB';
    private const DOOR_TO_DOOR = [139, 231, 293, 184, 480, 8]; // tariffs for goods, from our door to the buyer's
    private const PAUSES_S = [2, 5, 15, 60, 300]; // between looks at what CDEK is still working on
    private const RENEW_EARLY_S = 60;
    private const STILL_PROCESSED = 'v2_similar_request_still_processed'; // no refusal: ask again

    private string $root;

    public function __construct(
        private readonly array $account,
        private readonly array $settings,
        private readonly Store $store,
    ) {
        $this->root = rtrim($account['base_url'], '/');
    }

    public function offers(array $wish): array
    {
        $prices = array_map(fn ($line) => $this->kopecks($line['unit_price']) * $line['quantity'], $wish['lines']);
        $answer = $this->json('POST', '/calculator/tariffAndService', [
            'type' => 1,
            'from_location' => $this->place($this->account['sender']),
            'to_location' => $this->place($wish['recipient']),
            'packages' => [$this->box($wish)],
            'services' => [['code' => 'INSURANCE', 'parameter' => (string) major(array_sum($prices))]],
        ]);
        $fits = fn ($row) => ($row['status'] ?? '') === 'true'
            && in_array((int) ($row['tariff_code'] ?? 0), self::DOOR_TO_DOOR, true);
        $priced = fn ($row) => $this->offer(['tariff_code' => $row['tariff_code']] + member($row, 'result'));
        return reading('offers', fn () => array_values(
            array_map($priced, array_filter(member($answer, 'tariff_codes'), $fits)),
        ));
    }

    private function offer(array $row): array
    {
        $currency = member($row, 'currency');
        $surcharges = array_map(fn ($made) => [
            'code' => strtolower(member($made, 'code')),
            'amount' => money(minor(member($made, 'total_sum')), $currency),
        ], $row['services'] ?? []);
        return [
            'id' => "cdek-{$row['tariff_code']}",
            'carrier' => 'cdek',
            'service' => (string) $row['tariff_code'],
            'net' => money(minor(member($row, 'delivery_sum')), $currency),
            'surcharges' => $surcharges,
            'tax' => money(0, $currency), // CDEK's sums have VAT inside and do not say how much
            'total' => money(minor(member($row, 'total_sum')), $currency),
            'days_min' => member($row, 'period_min'),
            'days_max' => member($row, 'period_max'),
        ];
    }

    public function prepare(array $order, array $offer, int $nowMs): array
    {
        ['wish' => $wish] = $order;
        $sender = $this->account['sender'];
        $cod = $wish['payment'] === 'cod';
        $items = array_map(fn ($line) => [
            'name' => $line['description'],
            'ware_key' => $line['sku'],
            'payment' => ['value' => $cod ? major($this->kopecks($line['unit_price'])) : 0],
            'cost' => major($this->kopecks($line['unit_price'])),
            'weight' => $line['unit_mass_g'],
            'amount' => $line['quantity'],
        ], $wish['lines']);
        $body = [
            'type' => 1,
            'number' => $order['number'],
            'tariff_code' => (int) $offer['service'],
            'sender' => $this->person($sender),
            'recipient' => $this->person($wish['recipient']),
            'from_location' => $this->place($sender),
            'to_location' => $this->place($wish['recipient']),
            'packages' => [['number' => '1', 'items' => $items] + $this->box($wish)],
        ];
        if ($cod && $wish['delivery_charge'] !== null) {
            $body['delivery_recipient_cost'] = ['value' => major($this->kopecks($wish['delivery_charge']))];
        }
        if ($wish['recipient']['country'] !== $sender['country']) {
            $body['date_invoice'] = substr(shownMoment($nowMs), 0, 10);
            $body['shipper_name'] = $sender['name'];
            $body['shipper_address'] = "{$this->place($sender)['address']}, {$sender['city']}";
        }
        return ['body' => $body];
    }

    private function kopecks(array $price): int
    {
        return converted($price, self::CURRENCY, $this->settings['currencies']);
    }

    /** Do what is next for an order; return the seconds until the step after it, null when all is done. */
    public function step(array &$order): ?int
    {
        return match ($order['step']) {
            'book' => $this->book($order),
            'look_up' => $this->lookUp($order),
            'wait' => $this->wait($order),
            'print' => $this->print($order),
            'fetch' => $this->fetch($order),
            'cancel' => $this->cancelAgain($order),
            'cancelling' => $this->cancelling($order),
        };
    }

    private function book(array &$order): int
    {
        $order['remote_id'] = $this->uuid($this->json('POST', '/orders', $order['request']['body']));
        $order['step'] = 'wait';
        return $this->pause($order);
    }

    /** Find out what became of a booking whose answer never came. */
    private function lookUp(array &$order): int
    {
        try {
            $answer = $this->json('GET', '/orders?im_number=' . rawurlencode($order['number']));
        } catch (Refused $refusal) {
            if (!str_contains($refusal->reason, 'not_found')) {
                throw new Unavailable("refused a look-up: {$refusal->getMessage()}");
            }
            $order['step'] = 'book';
            return 0;
        }
        $order['remote_id'] = $this->uuid($answer);
        $order['step'] = 'wait';
        return 0;
    }

    private function wait(array &$order): int
    {
        ['entity' => $entity, 'requests' => $requests] = $this->read($order);
        $made = $this->last($requests, 'CREATE');
        if (($made['state'] ?? '') === 'INVALID') {
            throw new Refused(400, 'invalid', implode('; ', array_column($made['errors'] ?? [], 'message')));
        }
        if (!isset($entity['cdek_number'])) {
            return $this->pause($order);
        }
        $order['tracking_number'] = (string) $entity['cdek_number'];
        $order = ['booked' => $order['quote']['total'], 'state' => 'booked', 'step' => 'print'] + $order;
        return 0;
    }

    private function print(array &$order): int
    {
        $body = ['orders' => [['order_uuid' => $order['remote_id']]], 'format' => 'A6', 'copy_count' => 1];
        try {
            $order['form_id'] = $this->uuid($this->json('POST', '/print/barcodes', $body));
        } catch (Refused $refusal) {
            throw new Unavailable("refused to print: {$refusal->getMessage()}");
        }
        $order['step'] = 'fetch';
        return $this->pause($order);
    }

    /** Fetch the label once it is printed; a form lives one hour, after that another is asked for. */
    private function fetch(array &$order): ?int
    {
        try {
            $form = $this->json('GET', "/print/barcodes/{$order['form_id']}");
            $states = reading('a print form', fn () => array_column(member($form, 'entity', 'statuses'), 'code'));
            $state = end($states); // the newest stands last, unlike an order's
            if ($state === 'READY') {
                $content = $this->call('GET', "/print/barcodes/{$order['form_id']}.pdf");
                if (!str_starts_with($content, '%PDF-') || !str_ends_with(rtrim($content), '%%EOF')) {
                    throw new Unavailable('answered with half a label');
                }
                $order = ['new_label' => ['PDF', $content], 'step' => ''] + $order;
                return null;
            }
        } catch (Refused) {
            $state = 'REMOVED';
        }
        $order['step'] = in_array($state, ['ACCEPTED', 'PROCESSING'], true) ? 'fetch' : 'print';
        return $this->pause($order);
    }

    /** Ask CDEK to delete an order; it says later whether it did. Throws Refused: it holds the goods. */
    public function cancel(array &$order): void
    {
        try {
            $this->json('DELETE', "/orders/{$order['remote_id']}");
            $order['step'] = 'cancelling';
        } catch (Refused $refusal) { // perhaps because of an earlier try, whose answer was lost
            $this->cancelling($order);
            if ($order['state'] !== 'cancelled') {
                throw $refusal;
            }
        }
    }

    private function cancelAgain(array &$order): ?int
    {
        $this->cancel($order);
        return $order['step'] === '' ? null : $this->pause($order);
    }

    private function cancelling(array &$order): ?int
    {
        ['entity' => $entity, 'requests' => $requests] = $this->read($order);
        if (in_array('REMOVED', array_column($entity['statuses'] ?? [], 'code'), true)) {
            $order = ['state' => 'cancelled', 'step' => ''] + $order;
            return null;
        }
        $asked = $this->last($requests, 'DELETE');
        if (($asked['state'] ?? '') === 'INVALID') {
            throw new Refused(409, 'delete', implode('; ', array_column($asked['errors'] ?? [], 'message')));
        }
        return $this->pause($order);
    }

    private function read(array $order): array
    {
        $answer = $this->json('GET', "/orders/{$order['remote_id']}");
        return reading('an order', fn () => [
            'entity' => member($answer, 'entity'),
            'requests' => member($answer, 'requests'),
        ]);
    }

    private function last(array $requests, string $type): array
    {
        $found = array_filter($requests, fn ($row) => ($row['type'] ?? '') === $type);
        return end($found) ?: [];
    }

    private function uuid(array $answer): string
    {
        return reading('no uuid', fn () => member($answer, 'entity', 'uuid'));
    }

    private function pause(array &$order): int
    {
        $order['looks'] += 1;
        return self::PAUSES_S[min($order['looks'], count(self::PAUSES_S)) - 1];
    }

    private function place(array $address): array
    {
        return [
            'postal_code' => $address['postal_code'],
            'city' => $address['city'],
            'country_code' => $address['country'],
            'address' => trim("{$address['street']} " . ($address['house_number'] ?? '')),
        ];
    }

    private function person(array $address): array
    {
        $kept = array_filter(array_intersect_key($address, array_flip(['name', 'company', 'email'])));
        return $kept + ['phones' => isset($address['phone']) ? [['number' => $address['phone']]] : []];
    }

    private function box(array $wish): array
    {
        $sides = array_map(fn ($side) => intdiv($side + 9, 10), $wish['sides_mm']); // whole centimetres, rounded up
        [$length, $width, $height] = longestFirst($sides);
        return ['weight' => $wish['mass_g'], 'length' => $length, 'width' => $width, 'height' => $height];
    }

    private function json(string $method, string $path, ?array $body = null): array
    {
        return parsed($this->call($method, $path, $body));
    }

    /** Call with a token; a token that is refused is renewed once. */
    private function call(string $method, string $path, ?array $body = null): string
    {
        try {
            return $this->callOnce($method, $path, $body);
        } catch (Unavailable $trouble) {
            if ($trouble->status !== 401) {
                throw $trouble;
            }
            $this->store->set('cdek token', null);
            return $this->callOnce($method, $path, $body);
        }
    }

    private function callOnce(string $method, string $path, ?array $body): string
    {
        try {
            return call($method, $this->root . $path, ['Authorization' => 'Bearer ' . $this->token()], $body);
        } catch (Refused $refusal) {
            if ($refusal->reason === self::STILL_PROCESSED) {
                throw new Unavailable('still works on an earlier request');
            }
            throw $refusal;
        }
    }

    private function token(): string
    {
        $nowMs = $this->store->setting('now');
        $held = $this->store->setting('cdek token');
        if ($held !== null && $nowMs < $held['good_until']) {
            return $held['token'];
        }
        $form = [
            'grant_type' => 'client_credentials',
            'client_id' => $this->account['client_id'] ?? '',
            'client_secret' => $this->account['client_secret'] ?? '',
        ];
        try {
            $found = parsed(call('POST', "$this->root/oauth/token", form: $form));
        } catch (Refused $refusal) {
            throw new Unavailable("gives no token: {$refusal->getMessage()}");
        }
        $lifeS = (int) ($found['expires_in'] ?? 0);
        $goodUntil = $nowMs + 1000 * max($lifeS - self::RENEW_EARLY_S, intdiv($lifeS, 2));
        $token = $found['access_token'] ?? throw new Unavailable('answered without a token');
        $this->store->set('cdek token', ['token' => $token, 'good_until' => $goodUntil]);
        return $token;
    }
}
