"""Histories of parcels: few codes and few distances in time, so that events tie, overtake and withdraw one another."""

from hypothesis import strategies as st

MIDNIGHT = "midnight"  # a wait until shortly before the carrier's day ends

orders = st.integers(0, 2)  # which one; of those that there are
picks = st.integers(0, 11)
few = st.lists(picks, min_size=3, max_size=4, unique=True)  # what is said in one story: it comes again, in any order
# (which code, minutes between occurrence and record), up to three at once
news = st.lists(st.tuples(picks, st.sampled_from([0, 0, 1, 30, 90, 240])), min_size=1, max_size=3)
# (extra copies, dropped, shuffled, minutes late)
disturbances = st.tuples(st.sampled_from([0, 2]), st.booleans(), st.booleans(), st.sampled_from([0, 20]))
unheards = st.sampled_from([True, True, False])  # whether webhooks are lost, so that all hangs on reading
# minutes; a poll passes in some, a day ends in others
waits = st.sampled_from([5, 5, 5, 45, 45, 45, 370, 370, 370, 370, MIDNIGHT, 1500])
long_waits = st.sampled_from([5, 370, MIDNIGHT, 1500, 4400])
# (which operation, what the next requests meet, how many of them: 0 is all until the carrier is mended)
read_faults = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["unavailable", "busy", "truncated", "timed out", "lost"]),
    st.sampled_from([1, 3, 0]),
)
write_faults = st.tuples(
    st.integers(0, 3), st.sampled_from(["unavailable", "truncated", "timed out", "lost"]), st.sampled_from([1, 3, 0])
)
kill_points = st.tuples(st.integers(0, 5), st.sampled_from(["before", "after"]))  # while which operation is asked for
