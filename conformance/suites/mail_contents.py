"""What mails say, to whom, and what happens when SMTP refuses them."""

from ..bench import Bench
from ..case import case, expect, expect_that, holds
from ..orders import order
from .mail_timing import ADAM, EVA, QUICK, enter, follow, remarks


@case("NTF-011", "NTF-013", "NTF-245", "NTF-246", "NTF-206", **QUICK)
def a_mail_tells_one_thing_to_one_person(bench: Bench) -> None:
    """Two shipments, two persons: each mail names its own number and the last remark, nothing else."""
    follow(bench, EVA, ADAM, number="N-1")
    follow(bench, EVA, number="N-2")
    enter(bench, "out_for_delivery", "remark-earlier", number="N-1")
    bench.advance(minutes=61)
    enter(bench, "delivered", "remark-last", number="N-1")
    enter(bench, "ready_for_pickup", "remark-other", number="N-2")
    bench.advance(minutes=61)
    words = ("remark-earlier", "remark-last", "remark-other")
    expect(sorted(remarks(bench, EVA, *words)), sorted(words), "mails to Eva", requirement="NTF-011")
    expect(remarks(bench, ADAM, *words), ["remark-earlier", "remark-last"], "mails to Adam", requirement="NTF-011")
    holds(bench.history(), "NTF-011", "NTF-013", "NTF-245", "NTF-246", "NTF-206")


@case("NTF-204", **QUICK)
def one_address_is_one_person(bench: Bench) -> None:
    """The same address from the public page and as a contact, its domain in capitals: one subscription, one mail."""
    follow(bench, "eva@example.org", number="N-1")
    bench.connector.subscribe("N-1", "eva@EXAMPLE.org", "contact", first_name="Eva", last_name="E")
    active = [row for row in bench.connector.subscriptions() if row.active]
    expect(len(active), 1, "active subscriptions", requirement="NTF-204")
    enter(bench, "delivered")
    bench.advance(minutes=61)
    expect(len(bench.mails()), 1, "mails", requirement="NTF-204", after="the same address twice")


@case("NTF-222", **QUICK)
def refused_for_now_is_tried_again(bench: Bench) -> None:
    """SMTP says 451 for two hours; a newer novelty arises meanwhile; in the end one mail comes, the newest."""
    follow(bench, EVA)
    bench.mailbox.refuse(EVA, "451 4.3.0 try again later")
    enter(bench, "out_for_delivery", "remark-one")
    bench.advance(minutes=61)
    enter(bench, "delivered", "remark-two")
    bench.advance(minutes=61)
    tries = bench.mailbox.refused[EVA]
    expect_that(tries >= 2, "tries while SMTP refuses", wanted="two or more", found=tries, requirement="NTF-222")
    bench.mailbox.refuse(EVA, "", times=0)
    bench.advance(hours=24)
    told = remarks(bench, EVA, "remark-one", "remark-two")
    expect(told, ["remark-two"], "mails", requirement="NTF-222", after="451 for two hours, a newer novelty meanwhile")


@case("NTF-223", **QUICK)
def refused_for_good_is_final(bench: Bench) -> None:
    """SMTP says 550: no further tries, and the list of alerts says that it failed."""
    follow(bench, EVA)
    bench.mailbox.refuse(EVA, "550 5.1.1 no such user")
    enter(bench, "delivered")
    bench.advance(hours=12)
    expect(bench.mailbox.refused[EVA], 1, "tries", requirement="NTF-223", after="550 at the first")
    results = [row.result for row in bench.connector.alerts() if row.email == EVA]
    expect_that("failed" in results, "alerts to Eva", wanted="one that failed", found=results, requirement="NTF-223")


@case("NTF-248", **QUICK)
def one_bad_address_holds_up_no_other(bench: Bench) -> None:
    """One of five addresses is refused for good, another for hours: the others get each mail at its run."""
    good = [f"person{place}@example.org" for place in range(3)]
    follow(bench, "bad@example.org", *good, "slow@example.org")
    bench.mailbox.refuse("bad@example.org", "550 5.1.1 no such user")
    bench.mailbox.refuse("slow@example.org", "451 4.3.0 later")
    for number, state in ((1, "out_for_delivery"), (2, "delivered")):
        enter(bench, state)
        bench.advance(minutes=61)
        mails = [len(bench.mails(email)) for email in good]
        after = f"{number} novelties, 550 and 451 to others"
        expect(mails, [number] * 3, "mails", requirement="NTF-248", after=after)


@case("NTF-206", **QUICK)
def shipments_are_never_mixed(bench: Bench) -> None:
    """Three shipments with interleaved novelties: each mail speaks of one."""
    bench.book(*(order(f"N-{place}", bench.usual) for place in (1, 2, 3)))
    bench.advance(minutes=61)
    for place in (1, 2, 3):
        bench.connector.subscribe(f"N-{place}", EVA, "public")
    for state in ("out_for_delivery", "delivery_failed"):
        for place in (1, 2, 3):
            enter(bench, state, f"remark-{place}", number=f"N-{place}")
    bench.advance(minutes=61)
    told = sorted(remarks(bench, EVA, "remark-1", "remark-2", "remark-3"))
    expect(told, ["remark-1", "remark-2", "remark-3"], "mails", requirement="NTF-206", after="two novelties on each")
    holds(bench.history(), "NTF-206")
