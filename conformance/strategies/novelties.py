"""Rhythms: novelties with the minutes until the next, around the length of an interval."""

from hypothesis import strategies as st

moments = st.lists(
    st.tuples(
        st.sampled_from(["out_for_delivery", "delivery_failed", "ready_for_pickup", "in_transit"]),
        st.sampled_from([1, 20, 59, 61, 130]),
    ),
    min_size=1,
    max_size=6,
)
