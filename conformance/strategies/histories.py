"""Histories of a parcel: few codes and few distances in time, so that events tie, overtake and withdraw one another."""

from hypothesis import strategies as st

picks = st.integers(0, 11)
# (which code, minutes between occurrence and record), up to three at once
news = st.lists(st.tuples(picks, st.sampled_from([0, 0, 1, 30, 90, 240])), min_size=1, max_size=3)
# (extra copies, dropped, shuffled, minutes late)
disturbances = st.tuples(st.sampled_from([0, 2]), st.booleans(), st.booleans(), st.sampled_from([0, 20]))
waits = st.sampled_from([5, 45, 130])
