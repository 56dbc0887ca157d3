"""Lines of fees: any kinds, amounts small enough that rounding shows, and every rate of value-added tax."""

from hypothesis import strategies as st

KINDS = ("delivery", "agent", "insurance", "return", "partial", "storage", "pickup", "packing", "other")
fee_lists = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.one_of(st.integers(1, 40), st.integers(1, 5_000_000)),
            st.sampled_from([None, 0, 5, 7, 10, 20, 22]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[0],
    ),
    min_size=1,
    max_size=6,
)
