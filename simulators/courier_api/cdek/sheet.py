"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from ...wire.carrier import Fidelity, Sheet, Static
from . import settings
from .problem_codes import EVENTS

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "token": DOCUMENTED,
    "register_order": RECORDED,
    "get_order": RECORDED,
    "find_order": RECORDED,
    "change_order": DOCUMENTED,
    "check_reverse": DOCUMENTED,
    "call_courier": DOCUMENTED,
    "get_intake": RECORDED,
    "list_intakes": GUESSED,
    "change_intake": DOCUMENTED,
    "call_off_courier": DOCUMENTED,
    "list_intake_days": DOCUMENTED,
    "agree": RECORDED,
    "get_agreement": RECORDED,
    "list_intervals": RECORDED,
    "estimate_intervals": DOCUMENTED,
    "delete_order": DOCUMENTED,
    "refuse_order": RECORDED,
    "client_return": RECORDED,
    "print_waybills": RECORDED,
    "print_labels": RECORDED,
    "get_waybills": RECORDED,
    "get_labels": RECORDED,
    "register_prealert": DOCUMENTED,
    "get_prealert": RECORDED,
    "get_passports": DOCUMENTED,
    "find_photos": DOCUMENTED,
    "get_photos": GUESSED,
    "subscribe": DOCUMENTED,
    "list_subscriptions": DOCUMENTED,
    "get_subscription": DOCUMENTED,
    "unsubscribe": DOCUMENTED,
    "price_tariff": RECORDED,
    "list_tariffs": RECORDED,
    "list_tariffs_with_services": DOCUMENTED,
    "list_all_tariffs": DOCUMENTED,
    "price_customs": GUESSED,
    "check_restrictions": GUESSED,
    "list_cities": RECORDED,
    "list_regions": RECORDED,
    "suggest_cities": RECORDED,
    "list_postal_codes": GUESSED,
    "city_at": GUESSED,
    "list_offices": RECORDED,
    "list_registries": DOCUMENTED,
    "list_payments": DOCUMENTED,
    "list_receipts": DOCUMENTED,
}

STATIC = {
    "check_reverse": Static.ASKED,
    "price_tariff": Static.ASKED,
    "list_tariffs": Static.ASKED,
    "list_tariffs_with_services": Static.ASKED,
    "list_all_tariffs": Static.ASKED,
    "price_customs": Static.ASKED,
    "check_restrictions": Static.ASKED,
    "list_cities": Static.ASKED,
    "list_regions": Static.ASKED,
    "suggest_cities": Static.ASKED,
    "list_postal_codes": Static.ASKED,
    "city_at": Static.ASKED,
}

SHEET = Sheet(
    title="CDEK API v2",
    sources=(
        "Vendor documentation (api-docs.cdek.ru, apidoc.cdek.ru) as restated by public clients",
        "Answers of the vendor's test host recorded in public test logs, October 2025 to February 2026",
        "GeoNames (CC BY 4.0): coordinates, time zones and sizes of towns, rounded",
        "The vendor's OpenAPI description of 2026 as a client keeps it: texts of errors, warnings, samples of webhooks",
        "Public clients: cdek (PyPI, npm), gocream-pycdek, mcp-server-cdek, cdek-it/sdk2.0, AntistressStore and others",
    ),
    fidelity=FIDELITY,
    static=STATIC,
    guesses=(
        "A missing, unknown or expired token is answered with 401 and a top-level errors list.",
        "A token call with another grant type is answered with 400 unsupported_grant_type, as RFC 6749 says.",
        "A wrong method is answered like an unknown route, 404, and a body that is too long with 413 in Spring style.",
        "An error page in Spring style has no timestamp when the call was not yet known to belong to anybody.",
        "Which errors of an order come at once and which later is documented for duplicate numbers only; here codes "
        "that begin with v2_ come at once and all others later.",
        "A tariff to an office needs the office's code, and one from or to a door the address: else "
        "v2_field_is_empty; one from an office takes a city alone, as a public client's tests at the test host do.",
        "A number may be used again after REMOVED and INVALID too, not only after DELIVERED and NOT_DELIVERED.",
        "An order's requests stand oldest first, so that its creation is always the first.",
        "Webhooks write the time offset without a colon, answers with one.",
        "A list in a query may be written with places, `country_codes[0]=RU`, as PHP does.",
        "An order without a sender names the holder of the contract, and one without a seller too.",
        "A location is resolved by the carrier's code, then by a guid or classifier's code that is known here, then by "
        "the city's name (within its region, and of several by the postal code), then by postal prefix; one that has "
        "neither name nor postal code by its point, else by a city named in its line of address.",
        "City codes other than those of Moscow, St Petersburg, Novosibirsk, Rostov-on-Don and Kaliningrad, and all "
        "offices, are ours; districts, and what follows the region in a classifier's code, too.",
        "Postal prefixes of smaller towns are approximate.",
        "Headers of /deliverypoints are X-Current-Page (from 0), X-Page-Size, X-Total-Elements and X-Total-Pages, as "
        "one public client reads them; who asks for no size gets every office.",
        "Holidays of offices are a short 31 December and two closed days of January, by the tenant's clock.",
        "A postal code without a country is looked for in Russia first; names in Chinese are those of countries only.",
        "Prices, times, insurance of 0.75 % and prices of services are ours; the calculator's `delivery_sum` has VAT "
        "inside, 20 % unless set, an order's and the `sum` of a service are before VAT, as recorded.",
        "Exchange rates of the calculator's currencies are fixed round figures; a currency may be named by letters.",
        "Tariffs by the hour run within one country to cities near enough, and are refused with "
        "ERR_INVALID_TARIFF_WITH_DATETIMEORDERSEND for a day that is past and from 20:00 (same day: 14:00); same-day, "
        "one-office and fulfilment tariffs run within one city, and the last needs the additional type 7.",
        "Modes of tariffs that the contract names without one are those of the names that public clients give them.",
        "Boxes and fillings are sold by the piece, their parameter; another parameter counts as one.",
        "The list of tariffs with services has no rows with the status `false`: a service that a tariff does not have "
        "is priced all the same.",
        "Duties of the customs calculator: free up to 200 EUR and 31 kg, then 15 % or 2 EUR a kilogram, whichever is "
        "more, a fee of 500 and a commission of a tenth, 150 at least; mass in grams, money in roubles.",
        "Which goods the restrictions stand for is ours.",
        "The buyer pays the charge of the lowest threshold that the price of the goods taken does not exceed.",
        "A partial delivery is carried out whether or not the service PART_DELIV was ordered.",
        "A refusal with goods on the way leads to a return order by tariff 140 or 141, at half the parcel's price.",
        "A refusal before the first scan makes no return order, since there is nothing to bring back.",
        "A client return needs a delivered order.",
        "An order back starts at the office or locker where the direct one ended, which is its shipment_point, or its "
        "from_location by a tariff from a door; by a tariff to an office or locker it ends at the shop's own, else at "
        "the nearest to the middle of the shop's city that takes it, and a client return is refused where none does.",
        "A tariff to an office does not run to a locker, nor one to a locker to an office: the contract lists modes of "
        "their own for lockers, and says of no other that it ends there.",
        "No code is known for a package that is larger than a locker's dimensions: it is refused with "
        "ERR_PVZ_WEIGHT_LIMIT, and the message tells the sides. It may be turned; one without sizes is taken; a locker "
        "limits the mass alone, an office the greater of mass and volumetric mass.",
        "Goods with an invoice go through customs when they cross a border, by whatever tariff.",
        "Money is taken by card where an office or locker has no till, and in cash elsewhere.",
        "In PATCH a list takes the place of the old one: packages that are not named go, those without package_id are "
        "new; of a package with package_id what is not named stays.",
        "A tariff of another mode is refused in PATCH with v2_invalid_format.",
        "A reverse order is made a moment after the direct one's registration with the same goods, travels from the "
        "hand-over on and is removed when there is none; it is linked by reverse_order and direct_order.",
        "A reverse order can be had unless the tariff ends in a locker or crosses the union's border.",
        "Errors of an intake whose codes begin with v2_ come at once, those of its day, hours and order later.",
        "After READY_FOR_APPOINTMENT an intake goes to APPOINTED_COURIER an hour before its hours and to DONE in the "
        "middle of them, or to PROBLEM_DETECTED when there is nothing to take; the moments are ours.",
        "An intake for today that comes after 15:00 by the sender's clock is moved to the next day.",
        "The goods of an order with an intake move an hour after the courier came; other orders move by themselves.",
        "An intake without an order costs 180 roubles unless set, and is billed as an order of its own in a registry.",
        "An intake that PATCH puts off to PROCESSING_REQUIRED is ready again two hours later; add_status is told back "
        "beside the newest status.",
        "Couriers come every day; a day is not available at a door where a courier is called already.",
        "A delivery can be agreed between 09:00 and 22:00 by the recipient's clock, at most a fortnight after the "
        "planned day; twenty deliveries fit into each part of a day in a city, and a full part is left out.",
        "An agreement on another place takes the tariff of the same family that ends there; a locker takes no date.",
        "An agreed day becomes the planned one, and the goods meet the recipient in the middle of the agreed hours.",
        "Problems, failed and put-off calls, delays, another weight and offices that shut happen by journeys and by "
        "hand, under names of ours: DELIV_PROBLEM, CALL_FAILED, CALL_RESCHEDULED, CALL_AGREED, DELAYED, WEIGHED_AGAIN, "
        "OFFICE_CLOSED and OFFICE_OPENED.",
        "What goes to an office that shuts goes to the nearest one of its kind in the city; the list leaves it out.",
        "A parcel that was weighed again is billed by that mass; its package goes on showing the mass that was told.",
        "Of several problems the newest is shown, or all of them, newest first, where the answer is a list.",
        "COURIER_INFO is sent when a courier takes a parcel out, and an hour before an intake; of an intake without an "
        "order nobody is told. The courier is drawn from the tenant's seed.",
        "The planned delivery day is the day of registration and the tariff's longest calendar time.",
        "Storage is free for two days at an office and one in a locker; the numbers are ours.",
        "transfer_sum is payment_sum less total_sum_without_agent less agent_commission_sum; the agent fee is 3 %.",
        "A lost order stands in a registry with zero cost.",
        "Registries are made at eleven in the morning, Moscow time, when something is payable that day.",
        "Costs that outweigh the money of a day wait for a day with more; a payout on demand waits for nothing.",
        "An order for which there is no number left is found INVALID with v2_internal_error.",
        "A re-issued registry keeps its number and shows its corrected lines under both dates; what is corrected, the "
        "services of the first line, is ours.",
        "Registry files are laid out by us; their Russian headings are ours.",
        "The barcodes on a label are the carrier's number and the package's own in Code 128, one label per package and "
        "copy; the design of labels and waybills, and their words in nine languages, are ours.",
        "Labels and waybills asked for in Chinese, Korean or Thai are printed in English words.",
        "A print form stays as it was printed, whatever becomes of its orders; one of more than 5,000 labels or "
        "waybills becomes INVALID with v2_entity_invalid.",
        "A waybill may be asked for in any language of labels, which changes nothing on it.",
        "A PDF that is not ready is refused with v2_entity_empty.",
        "A prealert is judged a moment after it was taken in; it is INVALID when its office is unknown or none of its "
        "orders is registered, not handed over yet and on no other open list; orders left out are warnings.",
        "A prealert closes when all of its orders were scanned or removed, or at the end of its day, Moscow time; its "
        "packages are Принято, Не принято or Удалено, and its number stands on their labels and waybills.",
        "The office at which a prealert's goods came in is the planned one, or one of its town when that is closed.",
        "Papers of a party suffice when an order stays in one country, or when all five passport fields and tin are "
        "given.",
        "Photos are made at the hand-over of an order with the service PHOTO_OF_DOCUMENTS; their archive is a ZIP with "
        "the waybill, who signed it and when.",
        "What a contract lacks (settings prealert_service, photo_service) is refused with v2_entity_forbidden.",
        "ACCOMPANYING_WAYBILL is sent when the line-haul carrier takes the goods; beyond 1,500 km they fly.",
        "By the vendor's description of 2026 webhooks are sent again after time-outs, which older texts deny (switch "
        "webhook_manners); how far apart the twelve attempts in 75 minutes are is ours.",
        "Subscriptions are made and deleted at once, with 200 and SUCCESSFUL.",
        "Fiscal numbers of receipts are drawn from the tenant's seed.",
    ),
    deviations=(
        "The webhook RECEIPT can be subscribed to and is never sent: its body is nowhere public.",
        "Nobody has two contracts here: every order of a tenant is visible to each of its accounts.",
        "INSURANCE that an order of type 2 names is passed over: insurance is that of the goods' declared value, as "
        "the contract says; by the vendor's description of 2026 it is what such an order names, else free.",
        "Parcel tariffs 136 to 139 carry 30 kg, as the contract says, not the 50 kg of the vendor's description; "
        "LTL begins at 60 kg instead of 70.",
        "Refusals of POST /orders come in the envelope, as recorded, not plainly, as the vendor describes them.",
        "A delivery_problem is one object unless set (delivery_problem_shape); the vendor's description has a list.",
        "Registry lines have no basis_type: by the vendor's description it is a word (ORDER, SAS), by its one client a "
        "number.",
    ),
    switches=settings.listed(),
    contradictions=(*settings.CONTRADICTIONS, "webhook_timeout_s"),
    magic={
        "comment: [story: NAME]": "the order lives that story: delivered, second-attempt, refused, partly-refused, "
        "returned, lost, pickup, stuck, problem or delayed",
        **{f"step or scan {code}": text for code, text in EVENTS.items()},
    },
)
