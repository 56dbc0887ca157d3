<?php

// A sample connector in PHP, which serves the driver contract: `php -S 127.0.0.1:8600 index.php`.
// The judge sets PARCELPROOF_STATE for what it starts: the folder that outlives a kill.

declare(strict_types=1);

set_time_limit(0); // one `run` may stand for weeks
set_error_handler(function (int $level, string $said, string $file, int $line): never {
    throw new ErrorException($said, 0, $level, $file, $line);
});
foreach (['calls', 'money', 'orders', 'store', 'mail_alliance', 'cdek', 'engine'] as $part) {
    require __DIR__ . "/$part.php";
}

const PATH = '/parcelproof/v1';
const CARRIERS = ['cdek', 'mail_alliance'];
const RULES = ['cheapest', 'fastest', 'fixed', 'by_hand'];
const CAPABILITIES = [
    'protocol' => '1',
    'name' => 'sample connector in PHP',
    'version' => '1.0.0',
    'language' => 'PHP',
    'profiles' => ['rates', 'labels', 'resilience', 'idempotence'],
    'carriers' => CARRIERS,
    'claims' => ['clock', 'restart'],
    'mail_in' => null,
];

/** Problem details, thrown. */
final class Problem extends Exception
{
    public function __construct(public readonly int $status, public readonly string $kind, string $detail)
    {
        parent::__construct($detail);
    }
}

function routes(Engine $engine): array
{
    $known = fn (string $number) => $engine->store->order($number)
        ?? throw new Problem(404, 'UNKNOWN_ORDER', "No order has number $number.");
    return [
        'GET capabilities' => fn () => CAPABILITIES,
        'POST reset' => function (array $body) use ($engine): object {
            $engine->reset(checkedReset($body), moment($body['now'] ?? null, 'now'));
            return (object) [];
        },
        'POST run' => fn (array $body) => ['now' => shownMoment($engine->run(moment($body['until'] ?? null, 'until')))],
        'GET orders' => fn () => ['orders' => array_map(view(...), $engine->store->all())],
        'POST orders' => function (array $body) use ($engine): array {
            $wish = checkedOrder($body, array_keys($engine->carriers));
            http_response_code($engine->place($wish) ? 201 : 200);
            return ['number' => $wish['number']];
        },
        'GET orders/*' => fn (array $body, string $number) => view($known($number)),
        'GET orders/*/quotes' => fn (array $body, string $number) => ['quotes' => $engine->showOffers($known($number))],
        'POST orders/*/confirm' => function (array $body, string $number) use ($engine, $known): array {
            $quote = $body['quote'] ?? null;
            check($quote === null || is_string($quote), $quote, 'quote', 'the id of an offer, or null');
            $engine->confirm($known($number), $quote);
            return ['number' => $number];
        },
        'POST orders/*/cancel' => function (array $body, string $number) use ($engine, $known): array {
            $engine->cancel($known($number));
            return ['number' => $number];
        },
        'GET orders/*/label' => fn (array $body, string $number) => label($engine, $known($number)),
    ];
}

function label(Engine $engine, array $order): string
{
    $content = $engine->store->label($order['number']);
    if ($content === null || $order['label'] === null) {
        throw new Problem(404, 'NO_LABEL', "{$order['number']} has no label yet.");
    }
    header('Content-Type: application/' . strtolower($order['label']['format']));
    return $content;
}

function checkedReset(array $body): array
{
    $accounts = $body['carriers'] ?? null;
    check(is_array($accounts), $accounts, 'carriers', 'an object of accounts by carrier');
    foreach ($accounts as $name => $account) {
        check(is_array($account), $account, "carriers.$name", 'an account');
        $url = $account['base_url'] ?? null;
        check(matches('#^https?://#', $url), $url, "carriers.$name.base_url", 'an http(s) address');
        checkAddress($account['sender'] ?? null, "carriers.$name.sender");
    }
    $choice = $body['choice'] ?? ['rule' => 'cheapest'];
    $rule = is_array($choice) ? $choice['rule'] ?? null : null;
    $fits = in_array($rule, RULES, true);
    $named = $rule === 'fixed' ? array_intersect([$choice['carrier'] ?? null], array_keys($accounts)) : [true];
    check($fits && $named !== [], $choice, 'choice', 'a rule of ' . implode(', ', RULES) . ' (fixed names a carrier)');
    $format = $body['label_format'] ?? 'PDF';
    check(in_array($format, ['PDF', 'ZPL'], true), $format, 'label_format', 'PDF or ZPL');
    return [
        'carriers' => array_intersect_key($accounts, array_flip(CARRIERS)),
        'choice' => $choice,
        'label_format' => $format,
        'currencies' => checkedCurrencies($body['currencies'] ?? ['base' => 'EUR', 'rates' => []]),
    ];
}

function checkedCurrencies(mixed $found): array
{
    $words = 'an object with a base and rates as decimal text';
    check(is_array($found) && is_array($found['rates'] ?? null), $found, 'currencies', $words);
    $base = $found['base'] ?? null;
    check(matches('/^[A-Z]{3}$/D', $base), $base, 'currencies.base', 'a currency of three capital letters');
    foreach ($found['rates'] as $name => $rate) {
        $good = matches('/^\d{1,6}(\.\d{1,8})?$/D', $rate);
        check($good, $rate, "currencies.rates.$name", 'decimal text such as 0.0102');
    }
    return $found;
}

function answer(): array|object|string
{
    $path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    $words = str_starts_with($path, PATH . '/') ? explode('/', substr($path, strlen(PATH) + 1)) : [];
    $pattern = $words;
    if (count($words) > 1) {
        $pattern[1] = '*';
    }
    $engine = new Engine(new Store(getenv('PARCELPROOF_STATE') ?: sys_get_temp_dir() . '/sample-connector'));
    $route = routes($engine)["{$_SERVER['REQUEST_METHOD']} " . implode('/', $pattern)] ?? null;
    if ($route === null) {
        throw new Problem(404, 'NO_SUCH_OPERATION', "There is no {$_SERVER['REQUEST_METHOD']} $path here.");
    }
    $text = (string) file_get_contents('php://input');
    $body = json_decode($text === '' ? '{}' : $text, true);
    check(is_array($body) && ($body === [] || !array_is_list($body)), $body, 'the body', 'a JSON object');
    return $route($body, rawurldecode($words[1] ?? ''));
}

function problemOf(Throwable $error): Problem
{
    return match (true) {
        $error instanceof Problem => $error,
        $error instanceof Invalid => new Problem(422, 'INVALID', $error->getMessage()),
        $error instanceof Conflict => new Problem(409, 'CONFLICT', $error->getMessage()),
        $error instanceof NoOffers => new Problem(503, 'CARRIERS_UNAVAILABLE', $error->getMessage()),
        default => new Problem(500, 'BROKEN', 'This is a fault of the connector; its log says more.'),
    };
}

try {
    $made = answer();
    if (!is_string($made)) {
        header('Content-Type: application/json');
        $made = json_encode($made, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    }
} catch (Throwable $error) {
    $problem = problemOf($error);
    if ($problem->kind === 'BROKEN') {
        error_log((string) $error);
    }
    http_response_code($problem->status);
    header('Content-Type: application/problem+json');
    $made = json_encode([
        'type' => 'about:blank',
        'title' => ucfirst(strtolower(str_replace('_', ' ', $problem->kind))),
        'status' => $problem->status,
        'detail' => $problem->getMessage(),
        'code' => $problem->kind,
    ], JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_UNICODE);
}
echo $made;
