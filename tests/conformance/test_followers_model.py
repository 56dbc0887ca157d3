"""The model that stories of followers are compared with, rule by rule: written histories, no connector."""

from datetime import UTC, datetime, timedelta

from parcelproof.conformance.followers import Company, News, Telling

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVA = "eva@example.org"


def company() -> Company:
    made = Company(NOON, NOON, HOUR)
    made.follow("N-1", EVA)
    return made


def news(place: int, state: str = "out_for_delivery", *, ago: timedelta = timedelta(0), at: datetime = NOON) -> News:
    return News(place, state, f"remark-{place}-", at - ago)


def remarks(made: Company) -> list[str]:
    return [row.remark for row in made.mails.get(EVA, [])]


def test_only_the_newest_of_an_interval_is_told_and_once() -> None:
    made = company()
    made.tell("N-1", news(0, ago=HOUR))
    made.tell("N-1", news(1))
    made.tell("N-1", news(2, ago=2 * HOUR))
    made.until(NOON + 10 * HOUR)
    assert remarks(made) == ["remark-1-"]


def test_a_late_older_novelty_is_not_told_after_a_newer_one() -> None:
    made = company()
    made.tell("N-1", news(0))
    made.until(NOON + HOUR)
    made.tell("N-1", news(1, ago=HOUR))
    made.until(NOON + 2 * HOUR)
    assert remarks(made) == ["remark-0-"]


def test_the_newest_that_is_mailed_is_told_and_a_hidden_one_is_not_revived() -> None:
    made = company()
    made.rule("delivery_failed").visibility = "hidden"
    made.tell("N-1", news(0, ago=HOUR))
    made.tell("N-1", news(1, "delivery_failed"))
    made.until(NOON + HOUR)
    made.rule("delivery_failed").visibility = "visible"
    made.until(NOON + 2 * HOUR)
    assert made.mails[EVA] == [Telling("N-1", "", "remark-0-")]


def test_the_end_is_outside_the_thirty_days_and_a_renewal_tells_no_gap() -> None:
    made = company()
    end = NOON + timedelta(days=30)
    made.until(end - timedelta(minutes=1))
    made.tell("N-1", news(0, at=end - timedelta(minutes=1)))
    made.until(end + HOUR)
    made.tell("N-1", news(1, at=end + HOUR))
    made.follow("N-1", EVA)
    made.until(end + 3 * HOUR)
    assert remarks(made) == []
    made.tell("N-1", news(2, at=end + 3 * HOUR))
    made.until(end + 4 * HOUR)
    assert remarks(made) == ["remark-2-"]


def test_a_shorter_rhythm_counts_from_the_last_run() -> None:
    made = company()
    made.every = 3 * HOUR
    made.until(NOON + 2 * HOUR)
    made.tell("N-1", news(0, at=NOON + 2 * HOUR))
    made.every = HOUR
    made.until(NOON + 2 * HOUR)
    assert remarks(made) == ["remark-0-"]


def test_what_was_put_off_arrives_once_and_the_newest() -> None:
    made = company()
    made.put_off.add(EVA)
    made.tell("N-1", news(0))
    made.until(NOON + HOUR)
    made.tell("N-1", news(1, at=NOON + HOUR))
    made.until(NOON + 3 * HOUR)
    made.arrives_at_last(EVA)
    made.until(NOON + 9 * HOUR)
    assert remarks(made) == ["remark-1-"]


def test_who_is_refused_for_good_hears_nothing_until_he_asks_again() -> None:
    made = company()
    made.refused.add(EVA)
    made.tell("N-1", news(0))
    made.until(NOON + HOUR)
    made.refused.clear()
    made.tell("N-1", news(1, at=NOON + HOUR))
    made.until(NOON + 2 * HOUR)
    made.follow("N-1", EVA)
    made.tell("N-1", news(2, at=NOON + 2 * HOUR))
    made.until(NOON + 3 * HOUR)
    assert remarks(made) == ["remark-2-"]


def test_a_delivery_that_is_withdrawn_is_corrected_once() -> None:
    made = company()
    delivered = news(0, "delivered")
    made.tell("N-1", delivered)
    made.until(NOON + HOUR)
    made.withdraw("N-1", delivered)
    made.until(NOON + 9 * HOUR)
    assert remarks(made) == ["remark-0-", ""]
