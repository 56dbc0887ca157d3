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
# (what the carrier says, minutes between occurrence and record, minutes until the next), around an interval's length
days = st.tuples(
    st.lists(
        st.tuples(
            st.sampled_from(["out_for_delivery", "delivery_failed", "ready_for_pickup", "in_transit"]),
            st.sampled_from([0, 0, 30, 90]),
            st.sampled_from([1, 20, 61]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([0, 2]),  # extra copies of each webhook
    st.sampled_from([0, 0, 25]),  # minutes that webhooks come late
    st.integers(0, 3),  # after how many of them the second follower joins
)
