<?php

// One call to a carrier, and the two ways in which it fails: not now (try again) and not at all (tell somebody).

declare(strict_types=1);

const TIMEOUT_S = 10;
const LATER = [401, 403, 408, 425, 429]; // statuses that say nothing against the request itself

/** No usable answer: a time-out, a cut connection, a 5xx, a limit, nonsense. The call may have had its effect. */
final class Unavailable extends Exception
{
    public function __construct(string $why, public readonly int $retryAfterS = 0, public readonly int $status = 0)
    {
        parent::__construct($why);
    }
}

/** The carrier understood and said no. `reason` is its own word for why. */
final class Refused extends Exception
{
    public function __construct(
        public readonly int $status,
        public readonly string $reason,
        string $sentence,
        public readonly array $document = [],
    ) {
        parent::__construct($sentence === '' ? "$status $reason" : $sentence);
    }
}

/**
 * Send a request and return the bytes of an answer of status 2xx. `$body` becomes JSON, `$form` a form.
 *
 * @throws Unavailable
 * @throws Refused
 */
function call(string $method, string $url, array $headers = [], ?array $body = null, ?array $form = null): string
{
    $retryAfter = '';
    $curl = curl_init($url);
    $lines = array_map(fn ($name) => "$name: {$headers[$name]}", array_keys($headers));
    if ($body !== null) {
        $lines[] = 'Content-Type: application/json';
        $text = json_encode($body ?: (object) [], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        curl_setopt($curl, CURLOPT_POSTFIELDS, $text);
    } elseif ($form !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($form));
    }
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $lines,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => TIMEOUT_S,
        CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
        CURLOPT_PROXY => '',
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$retryAfter): int {
            if (stripos($line, 'Retry-After:') === 0) {
                $retryAfter = trim(substr($line, 12));
            }
            return strlen($line);
        },
    ]);
    $content = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($content === false) { // a cut answer too
        throw new Unavailable('no answer (' . curl_strerror(curl_errno($curl)) . ')');
    }
    if ($status >= 200 && $status < 300) {
        return $content;
    }
    if (in_array($status, LATER, true) || $status >= 500 || $status < 400) {
        throw new Unavailable("answered $status", ctype_digit($retryAfter) ? (int) $retryAfter : 0, $status);
    }
    throw refusal($status, $content);
}

/**
 * Return the JSON object or list in an answer.
 *
 * @throws Unavailable this is none; a cut answer is no answer
 */
function parsed(string $content): array
{
    $found = json_decode($content, true);
    return is_array($found) ? $found : throw new Unavailable('answered with something that is no JSON object');
}

/** Read a part of an answer; what cannot be read is no answer. */
function reading(string $what, callable $how): mixed
{
    try {
        return $how();
    } catch (TypeError | UnexpectedValueException $error) {
        throw new Unavailable("answered with $what that cannot be read");
    }
}

/** A member of an answer that must be there. */
function member(mixed $of, string|int ...$path): mixed
{
    foreach ($path as $name) {
        if (!is_array($of) || !isset($of[$name])) {
            throw new UnexpectedValueException("$name is missing");
        }
        $of = $of[$name];
    }
    return $of;
}

/** A refusal as RFC 9457 writes it, or as CDEK does. */
function refusal(int $status, string $content): Refused
{
    $document = json_decode($content, true);
    if (!is_array($document)) {
        return new Refused($status, '', substr($content, 0, 200));
    }
    if (isset($document['type'])) {
        $reason = basename((string) $document['type']);
        return new Refused($status, $reason, (string) ($document['detail'] ?? ''), $document);
    }
    $nested = array_merge(...array_column($document['requests'] ?? [], 'errors'), ...[[]]);
    $errors = $document['errors'] ?? $nested;
    return new Refused($status, $errors[0]['code'] ?? '', implode('; ', array_column($errors, 'message')), $document);
}
