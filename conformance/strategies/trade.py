"""What things are worth and what comes back: rates of exchange around a tie of two offers, and pieces of an order."""

from hypothesis import strategies as st

# Value of a rouble in euro: from «CDEK costs next to nothing» to «it costs a fortune», with the table's own in between.
rouble_rates = st.one_of(
    st.sampled_from(["0.0001", "0.0102", "0.01", "1", "0.5"]), st.integers(1, 400).map(lambda tenths: f"0.{tenths:04}")
)
# (pieces ordered, pieces sent back, extra copies of each webhook): all twelve are soon drawn
returned_pieces = st.integers(1, 3).flatmap(
    lambda ordered: st.tuples(st.just(ordered), st.integers(1, ordered), st.sampled_from([0, 2]))
)
