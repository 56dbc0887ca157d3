"""Bad days that any courier's payouts can have."""

from collections.abc import Mapping

from ..bad_days import BadDay

BAD_DAYS: Mapping[str, BadDay] = {
    "registry-ahead-of-tracking": BadDay(
        title="Registry ahead of tracking",
        sentence="A registry that is made meanwhile lists one parcel as delivered that tracking still calls on its "
        "way.",
        source="settlement §9: lists a parcel that tracking still calls in transit",
        guess="which parcel it is: the oldest that is on its way; its money is that of a delivery in full",
        settings={"registry_ahead_of_tracking": True},
    ),
    "registry-below-zero": BadDay(
        title="Registry below zero",
        sentence="A registry is made though the costs outweigh the money.",
        source="settlement §7, §9: a payout below zero",
        settings={"registry_below_zero": "made"},
    ),
    "registry-late": BadDay(
        title="Registry late",
        sentence="No registry is shown before the third day after its payment.",
        source="settlement §9: a registry that appears late",
        guess="the three days are ours",
        settings={"registry_late_days": 3},
    ),
    "registry-odd-lines": BadDay(
        title="Registry with odd lines",
        sentence="A registry that is made meanwhile repeats a parcel, has one of another merchant, and may be "
        "below zero.",
        source="settlement §9; courier_api §6 CF-28: the same parcel twice, an order the client cannot fetch",
        settings={
            "registry_repeats_parcel": True,
            "registry_foreign_parcel": True,
            "registry_below_zero": "made",
        },
    ),
    "registry-reissued": BadDay(
        title="Registry re-issued",
        sentence="A registry that is made meanwhile comes again a day after its payment, under the same number and "
        "with corrected costs.",
        source="settlement §9: re-issued with corrections, SET-017; courier_api §5: the same registry on several days, "
        "§6 CF-27: costs change because a parcel was weighed again",
        guess="which sum is corrected: the services of the first line, by 50 roubles",
        settings={"registry_reissue_days": 1, "registry_correction_minor": 5_000},
    ),
    "registry-split": BadDay(
        title="Registry split over two days",
        sentence="What is payable is paid in two registries, the second half a day after the first.",
        source="settlement §9: split over two days",
        guess="each half has a number and a payment of its own, and an odd parcel is in the first",
        settings={"registry_split_days": 1},
    ),
    "registry-with-pickups": BadDay(
        title="Registry with pick-up calls",
        sentence="A registry that is made meanwhile bills a courier's call at the shop, which belongs to no order.",
        source="settlement §2 C-08, §9; courier_api §1.13: for pickup calls only the services matter",
        guess="its price, 300 roubles",
        settings={"pickup_cost_minor": 30_000},
    ),
    "registry-without-items": BadDay(
        title="Registry without item detail",
        sentence="Files of registries do not say which pieces of a partly refused parcel were handed over.",
        source="settlement §9: delivered amounts without item detail; SET-063",
        settings={"registry_items": "hidden"},
    ),
}
