"""Parcels of any recipient, mass and size that both carriers take."""

from hypothesis import strategies as st

names = st.sampled_from(["O'Brien & Söhne", "José Núñez", "Łukasz Żak", "Нина Ёлкина", "A" * 50, "Zoë-Maria d'Été"])
boxes = st.fixed_dictionaries(
    {
        "name": names,
        "mass_g": st.integers(1, 29_999),
        "sides_mm": st.lists(st.integers(10, 590), min_size=3, max_size=3),
        "quantity": st.integers(1, 9),
    }
)
