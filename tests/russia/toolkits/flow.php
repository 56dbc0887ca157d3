<?php
// PHP's own SOAP extension, told nothing but an address: php flow.php ROOT LOGIN PASSWORD NUMBER UNKNOWN TICKET
[, $root, $login, $password, $number, $unknown, $ticket] = $argv;
ini_set('soap.wsdl_cache_enabled', '0');
ini_set('default_socket_timeout', '20');

class Rtm02Parameter { public $Id; public $Name; }
class OperationHistoryRecord
{
    public function code(): string
    {
        $done = $this->OperationParameters;
        return "{$done->OperType->Id}/{$done->OperAttr->Id}";
    }
}

function listed($found): array
{
    return is_array($found) ? $found : ($found === null ? [] : [$found]); // one element is no list in PHP
}

function refused(callable $call): array
{
    try {
        $call();
    } catch (SoapFault $fault) {
        return [$fault->getMessage(), $fault->faultcode, (array) $fault->detail];
    }
    return [];
}

$map = ['Rtm02Parameter' => Rtm02Parameter::class, 'OperationHistoryRecord' => OperationHistoryRecord::class];
$single = new SoapClient("$root/rtm34?wsdl", ['soap_version' => SOAP_1_2, 'classmap' => $map]);
$who = ['login' => $login, 'password' => $password];
$history = fn (string $barcode, string $language = 'RUS', array $by = null) => $single->getOperationHistory([
    'OperationHistoryRequest' => ['Barcode' => $barcode, 'MessageType' => 0, 'Language' => $language],
    'AuthorizationHeader' => $by ?? $who,
]);
$records = listed($history($number)->OperationHistoryData->historyRecord);
$events = $single->PostalOrderEventsForMail([
    'AuthorizationHeader' => $who, 'PostalOrderEventsForMailInput' => ['Barcode' => $number, 'Language' => 'RUS'],
]);
$batch = new SoapClient("$root/fc?wsdl", ['soap_version' => SOAP_1_1]);
$asked = ['login' => $login, 'password' => $password];
$issued = $batch->getTicket([
    'request' => ['Item' => [['Barcode' => $number], ['Barcode' => $unknown]]], 'language' => 'RUS',
] + $asked);
$answer = $batch->getResponseByTicket(['ticket' => $ticket] + $asked)->value;

echo json_encode([
    'functions' => count($single->__getFunctions()),
    'codes' => array_map(fn ($record) => $record->code(), $records),
    'name' => $records[0]->OperationParameters->OperType->Name,
    'mass' => $records[1]->ItemParameters->Mass,
    'class' => get_class($records[0]->OperationParameters->OperAttr),
    'unknown' => listed($history($unknown)->OperationHistoryData->historyRecord ?? null),
    'money' => array_map(
        fn ($event) => [$event->EventType, $event->SumPaymentForward],
        listed($events->PostalOrderEventsForMaiOutput->PostalOrderEvent ?? null),
    ),
    'malformed' => refused(fn () => $history('x')),
    'stranger' => refused(fn () => $history($number, 'ENG', ['login' => $login, 'password' => 'wrong'])),
    'issued' => $issued->value,
    'prepared' => $answer->DatePreparation,
    'items' => array_map(
        fn ($item) => [
            $item->Barcode,
            array_map(fn ($done) => "{$done->OperTypeID}/{$done->OperCtgID}", listed($item->Operation ?? null)),
            array_map(fn ($error) => $error->ErrorTypeID, listed($item->Error ?? null)),
        ],
        $answer->Item,
    ),
    'early' => $batch->getResponseByTicket(['ticket' => $issued->value] + $asked)->error->ErrorTypeID,
], JSON_UNESCAPED_UNICODE), "\n";
