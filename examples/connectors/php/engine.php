<?php

// What is due and when, in virtual time. Nothing here sleeps; `run` is told how far to go.

declare(strict_types=1);

/** The order is not in a state that allows this. */
final class Conflict extends Exception
{
}

/** No carrier could be asked at all. */
final class NoOffers extends Exception
{
}

final class Engine
{
    private const PAUSES_S = [30, 60, 120, 300, 600, 1800]; // after a failed try; the last one again and again

    /** @var array<string, MailAlliance|Cdek> */
    public array $carriers = [];
    private array $settings;

    public function __construct(public readonly Store $store)
    {
        $this->settings = $store->setting('reset') ?? ['carriers' => []];
        foreach ($this->settings['carriers'] as $name => $account) {
            $this->carriers[$name] = match ($name) {
                'cdek' => new Cdek($account, $this->settings, $store),
                'mail_alliance' => new MailAlliance($account, $this->settings),
            };
        }
    }

    /** Forget everything and begin anew. */
    public function reset(array $settings, int $nowMs): void
    {
        $this->store->clear();
        $this->store->set('now', $nowMs);
        $this->store->set('reset', $settings);
    }

    /** Do everything that is due up to a moment, in time order, then stand there. */
    public function run(int $untilMs): int
    {
        $nowMs = $this->now();
        if ($untilMs < $nowMs) {
            throw new Conflict('it is ' . shownMoment($nowMs) . ' already');
        }
        while ($order = $this->store->next($untilMs)) {
            $this->store->set('now', max($this->now(), $order['due']));
            $this->moveOn($order);
        }
        $this->store->set('now', $untilMs);
        return $untilMs;
    }

    private function now(): int
    {
        return $this->store->setting('now') ?? 0;
    }

    /** Place an order; return whether it is new. */
    public function place(array $wish): bool
    {
        $known = $this->store->order($wish['number']);
        if ($known !== null) {
            if (sorted($known['wish']) !== sorted($wish)) {
                throw new Conflict("{$wish['number']} was placed before with other content");
            }
            return false;
        }
        $order = newOrder($wish);
        if ($wish['confirm']) {
            $this->sendOff($order);
        }
        $this->store->keep($order);
        return true;
    }

    /** Send a draft on its way; `$quote` is the id of an offer that was shown. */
    public function confirm(array $order, ?string $quote): void
    {
        if (in_array($order['state'], ['cancelled', 'failed'], true)) {
            throw new Conflict("{$order['number']} is {$order['state']}");
        }
        if ($order['state'] !== 'draft') {
            return;
        }
        if ($quote !== null && !in_array($quote, array_column($order['offers'], 'id'), true)) {
            throw new Invalid("{$order['number']} was never shown an offer $quote");
        }
        if ($quote === null && $this->settings['choice']['rule'] === 'by_hand') {
            throw new Invalid('offers are picked by hand here; name the quote');
        }
        $order['picked'] = $quote;
        $this->sendOff($order);
        $this->store->keep($order);
    }

    private function sendOff(array &$order): void
    {
        if ($order['picked'] === null && $this->settings['choice']['rule'] === 'by_hand') {
            $order['problems'][] = 'Nobody has picked an offer yet.';
            return;
        }
        $order = ['state' => 'confirmed', 'step' => 'choose', 'problems' => [], 'due' => $this->now()] + $order;
    }

    /** Ask the carriers; return their offers, the one marked that the rule would take. */
    public function showOffers(array $order): array
    {
        [$offers, $silent] = $this->ask($order['wish']);
        if ($offers === [] && $silent !== []) {
            throw new NoOffers(implode('; ', $silent));
        }
        $taken = pick($offers, $order['wish'], $this->settings['choice'], $this->settings['currencies']);
        $order['offers'] = array_map(fn ($offer) => $offer + ['chosen' => $offer === $taken], $offers);
        $this->store->keep($order);
        return $order['offers'];
    }

    private function ask(array $wish): array
    {
        $offers = $silent = [];
        foreach ($this->carriers as $name => $carrier) {
            if (!in_array($wish['carrier'], [null, $name], true)) {
                continue;
            }
            try {
                array_push($offers, ...$carrier->offers($wish));
            } catch (Unavailable $trouble) {
                $silent[] = "$name {$trouble->getMessage()}";
            } catch (Refused | NoRate) {
                continue; // no offer from this one
            }
        }
        return [$offers, $silent];
    }

    /** Do the next step of an order, and plan the one after it. */
    private function moveOn(array $order): void
    {
        if ($order['cancel_wanted']) {
            $this->divert($order);
        }
        $step = $order['step'];
        $carrier = $this->carriers[$order['carrier']] ?? null;
        if ($carrier !== null && isset($carrier::IF_UNKNOWN[$step])) {
            // Write down, before a call goes out, how to find out what became of it: we may be killed meanwhile.
            $this->store->keep(['step' => $carrier::IF_UNKNOWN[$step]] + $order);
        }
        try {
            $pauseS = match ($step) {
                '' => null,
                'choose' => $this->choose($order),
                default => $carrier->step($order),
            };
            $looks = $order['step'] === $step ? $order['looks'] : 0;
            $order = ['tries' => 0, 'trouble' => '', 'looks' => $looks] + $order;
        } catch (Unavailable $trouble) {
            $pauseS = $this->later($order, $trouble);
        } catch (Refused $refusal) {
            $pauseS = $this->refused($order, $refusal);
        }
        $this->keepMoved($order, $pauseS);
    }

    private function keepMoved(array $order, ?int $pauseS): void
    {
        if (isset($order['new_label'])) {
            [$format, $content] = $order['new_label'];
            $this->store->keepLabel($order['number'], $content);
            $mark = ['sha256' => hash('sha256', $content), 'size_bytes' => strlen($content)];
            $order['label'] = ['format' => $format] + $mark;
            unset($order['new_label']);
        }
        if ($order['cancel_wanted'] && $order['state'] === 'booked' && $order['step'] !== 'cancelling') {
            $order['step'] = 'cancel';
            $pauseS ??= 0;
        }
        $order['due'] = $order['step'] === '' || $pauseS === null ? null : $this->now() + 1000 * $pauseS;
        $this->store->keep($order);
    }

    private function later(array &$order, Unavailable $trouble): int
    {
        $carrier = $this->carriers[$order['carrier']] ?? null;
        if ($carrier !== null) {
            $order['step'] = $carrier::IF_UNKNOWN[$order['step']] ?? $order['step'];
        }
        $pauseS = max($trouble->retryAfterS, self::PAUSES_S[min($order['tries'], count(self::PAUSES_S) - 1)]);
        $order['tries'] += 1;
        $who = $order['carrier'] ?? 'The carriers';
        $order['trouble'] = "$who: {$trouble->getMessage()}; tried again in $pauseS s.";
        return $pauseS;
    }

    private function refused(array &$order, Refused $refusal): ?int
    {
        if (in_array($order['step'], ['cancel', 'cancelling'], true)) {
            $order['problems'][] = "It could not be called off: {$refusal->getMessage()}";
            $order['cancel_wanted'] = false;
            $order['step'] = $order['label'] === null ? $this->carriers[$order['carrier']]::AFTER_BOOKING : '';
            return 0;
        }
        $this->fail($order, "{$order['carrier']} refused the order: {$refusal->getMessage()}");
        return null;
    }

    private function fail(array &$order, string $sentence): void
    {
        $order['problems'][] = $sentence;
        $order = ['state' => 'failed', 'step' => '', 'trouble' => ''] + $order;
    }

    private function choose(array &$order): ?int
    {
        [$offers, $silent] = $this->ask($order['wish']);
        $offer = $order['picked'] === null
            ? pick($offers, $order['wish'], $this->settings['choice'], $this->settings['currencies'])
            : $this->sameAgain($order, $offers);
        if ($offer === null && $silent !== []) {
            throw new Unavailable(implode('; ', $silent));
        }
        if ($offer === null && $order['picked'] !== null) {
            $order['problems'][] = 'The offer that was picked is not made any more at that price; pick another.';
            $order = ['state' => 'draft', 'step' => '', 'picked' => null] + $order;
            return null;
        }
        if ($offer === null) {
            ['city' => $city, 'country' => $country] = $order['wish']['recipient'];
            $this->fail($order, "No carrier offers to take this order to $city, $country.");
            return null;
        }
        $quote = ['chosen' => true] + $offer;
        $order = ['carrier' => $offer['carrier'], 'quote' => $quote, 'step' => 'book'] + $order;
        $order['request'] = $this->carriers[$offer['carrier']]->prepare($order, $offer, $this->now());
        return 0;
    }

    /** Today's offer for what was picked: the same service at the same price; its lock may be a new one. */
    private function sameAgain(array $order, array $offers): ?array
    {
        $mark = fn ($offer) => [$offer['carrier'], $offer['service'], $offer['total']];
        $old = array_column($order['offers'], null, 'id')[$order['picked']];
        return array_values(array_filter($offers, fn ($offer) => $mark($offer) === $mark($old)))[0] ?? null;
    }

    /** Call an order off. What the carrier cannot answer for now is asked again by `run`. */
    public function cancel(array $order): void
    {
        if ($order['state'] === 'cancelled') {
            return;
        }
        if (in_array($order['state'], ['draft', 'failed'], true) || $order['step'] === 'choose') {
            $this->store->keep(['state' => 'cancelled', 'step' => '', 'due' => null] + $order);
            return;
        }
        $before = $order;
        $order = ['cancel_wanted' => true, 'due' => $this->now()] + $order;
        if ($order['state'] === 'booked' && $before['step'] !== 'cancelling') {
            $order['step'] = 'cancel';
            $this->store->keep($order);
            try {
                $this->carriers[$order['carrier']]->cancel($order);
            } catch (Unavailable $trouble) {
                $order['trouble'] = "{$order['carrier']}: {$trouble->getMessage()}; tried again.";
            } catch (Refused $refusal) {
                $this->store->keep($before);
                $why = "{$order['carrier']} does not call {$order['number']} off any more";
                throw new Conflict("$why: {$refusal->getMessage()}");
            }
        }
        $this->store->keep($order);
    }

    /** Turn an order that is to be called off to that, as soon as it is known what stands at the carrier. */
    private function divert(array &$order): void
    {
        if ($order['step'] === 'choose') {
            $order = ['state' => 'cancelled', 'step' => ''] + $order;
        } elseif ($order['state'] === 'booked' && $order['step'] !== 'cancelling') {
            $order['step'] = 'cancel';
        }
    }
}

/** The same content with its members in one order, so that equal contents are equal. */
function sorted(array $value): array
{
    if (!array_is_list($value)) {
        ksort($value);
    }
    return array_map(fn ($part) => is_array($part) ? sorted($part) : $part, $value);
}
