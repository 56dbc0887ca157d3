"""Counterexamples as files: a scenario and a diagram for each failed case."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..run import CaseResult

# Cases by name that no scenario file tells when what they look at first is wrong, and why. Their story says so too.
_TWO = "it compares several values at once, and the format looks at one"
_WIRE = "it looks at requests or answers on the wire, which the format only counts"
_SENTENCE = "what it wants is a sentence, and the format looks at values"
UNTOLD: Mapping[str, str] = {
    "number_and_label_appear_by_themselves": _TWO,
    "by_hand_means_by_hand": _TWO,
    "both_carriers_offer_before_anything_is_booked": _TWO,
    "a_delivery_is_followed_by_itself": _WIRE,
    "after_429_it_waits": _WIRE,
    "an_expired_token_is_renewed": _WIRE,
    "a_replayed_webhook_changes_nothing": _WIRE,
    "a_wrong_signature_is_refused": _WIRE,
    "a_stale_time_stamp_is_refused": _WIRE,
    "an_unsigned_webhook_is_refused": _WIRE,
    "garbage_is_no_webhook": "it sends bodies of two million bytes and such that are no text",
    "an_unsigned_carrier_has_a_secret_address": "it writes to addresses that no carrier was given",
    "hostile_text_stays_text": "it looks at the HTML part and the headers of a mail",
    "refused_for_now_is_tried_again": _SENTENCE,
    "an_address_that_nobody_serves": _SENTENCE,
    "a_refusal_for_good_is_final": _SENTENCE,
    "one_registry_in_four_formats": _SENTENCE,
}


def write(results: Iterable[CaseResult], folder: Path) -> list[Path]:
    """Write `<case>.yaml` and `<case>.svg` of every failed case that has them; return the files, sorted.

    Files of an earlier run that are in the way are replaced; the folder is made when there is none.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for result in results:
        if result.evidence is None:
            continue
        for ending, text in ((".yaml", result.evidence.scenario), (".svg", result.evidence.diagram)):
            if text:
                file = folder / (file_name(result.id) + ending)
                file.write_text(text, encoding="utf-8")
                written.append(file)
    return sorted(written)


def file_name(case: str) -> str:
    """Return a case's id as the name of a file, without its ending: `TRK-005-a_late_older_scan-cdek`."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", case).strip("-.")
