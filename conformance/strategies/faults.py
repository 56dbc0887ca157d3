"""Rows of faults of a booking: cut connections and 5xx on either side of the effect, garbled answers."""

from hypothesis import strategies as st

faults = st.lists(
    st.sampled_from(
        [
            {"kind": "reset", "point": "before"},
            {"kind": "reset", "point": "after"},
            {"kind": "reset", "point": "during"},
            {"kind": "status", "status": 502, "point": "after"},
            {"kind": "status", "status": 503, "point": "before"},
        ]
    ),
    min_size=1,
    max_size=4,
)
garbled = st.lists(
    st.sampled_from(
        [
            {"kind": "truncate", "point": "during"},
            {"kind": "malformed", "point": "during"},
            {"kind": "truncate", "point": "after"},
        ]
    ),
    min_size=1,
    max_size=3,
)
