"""What the public page shows and asks: reached by the number alone, and an address confirmed by its link."""

from ..bench import Bench
from ..case import ONE, case, expect, expect_that
from .mail_offers import number_of
from .mail_timing import EVA, enter, follow


@case("NTF-033", needs=("notifications", "public_page"), accounts=ONE)
def the_page_is_for_anybody(bench: Bench) -> None:
    """Who has nothing but the number reads the page: the trace is there, and the offer below it."""
    follow(bench)
    enter(bench, "out_for_delivery", "remark-one")
    trace = bench.connector.public_tracking(number_of(bench))
    expect(trace.follow, True, "the offer", requirement="NTF-033")
    if trace.page is None:
        return
    page = bench.stranger.get(trace.page)
    expect(page.status_code, 200, "the page, read by a stranger", requirement="NTF-033", after=trace.page)
    shown = [word for word in (trace.number, "remark-one", "<form") if word in page.text]
    expect(shown, [trace.number, "remark-one", "<form"], "on the page", requirement="NTF-033", after=trace.page)
    order = page.text.index("remark-one") < page.text.rindex("<form")
    expect_that(order, "the offer", wanted="below the trace", found="above it", requirement="NTF-033")


@case("NTF-243", needs=("notifications", "public_page"), accounts=ONE, confirm_public=True)
def an_address_is_asked_first(bench: Bench) -> None:
    """Nobody used the link: one mail that asks, no novelty; after the link the next novelty is told."""
    follow(bench)
    bench.connector.public_follow(number_of(bench), EVA)
    bench.advance(minutes=5)
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(hours=3)
    asked = bench.mails(EVA)
    novelties = [mail for mail in asked if "remark-one" in mail.text]
    expect((len(asked), len(novelties)), (1, 0), "mails, novelties", requirement="NTF-243", after="no link was used")
    waiting = [row.confirmed for row in bench.connector.subscriptions()]
    expect(waiting, [False], "confirmed", requirement="NTF-243", after="no link was used")
    used = [use(bench, link) for link in links(asked[0].text)]
    expect_that(200 in used, "the link in the mail", wanted="a page that confirms", found=used, requirement="NTF-243")
    expect([row.confirmed for row in bench.connector.subscriptions()], [True], "confirmed", requirement="NTF-243")
    enter(bench, "delivery_failed", "remark-two")
    bench.advance(minutes=61)
    novelties = [mail for mail in bench.mails(EVA) if "remark-two" in mail.text]
    expect(len(novelties), 1, "novelties", requirement="NTF-243", after="the link was used")


def links(text: str) -> list[str]:
    """Return the addresses in a text, the longest first: what leads anywhere has a secret in it."""
    found = {word.strip("<>()[].,;") for word in text.split() if "://" in word}
    return sorted(found, key=len, reverse=True)


def use(bench: Bench, link: str) -> int:
    """Read a page and press its button, as a person would; return how the button was answered."""
    page = bench.stranger.get(link)
    return bench.stranger.post(link).status_code if page.status_code == 200 else page.status_code
