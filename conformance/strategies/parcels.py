"""Parcels of any recipient, mass and size that both carriers take; limits and ties are drawn often."""

from hypothesis import strategies as st

# Five scripts, and what breaks naive code: an apostrophe, combining signs, the longest name, one of a single letter.
names = st.sampled_from(
    [
        "O'Brien & Söhne", "José Núñez", "Łukasz Żak", "Zoë-Maria d'Été", "A" * 50, "Ö",
        "Нина Ёлкина", "Νίκος Παπαδόπουλος", "გიორგი ბერიძე", "Արամ Խաչատրյան",
    ]
)  # fmt: skip
masses_g = st.one_of(st.sampled_from([1, 999, 1_000, 1_001, 2_000, 29_999, 30_000]), st.integers(1, 30_000))
sides_mm = st.one_of(
    st.sampled_from([[1, 1, 1], [10, 10, 10], [11, 10, 9], [600, 600, 590], [1_200, 450, 450], [590, 1, 1]]),
    st.lists(st.integers(10, 590), min_size=3, max_size=3),
)
boxes = st.fixed_dictionaries(
    {"name": names, "mass_g": masses_g, "sides_mm": sides_mm, "quantity": st.sampled_from([1, 2, 9, 999])}
)
