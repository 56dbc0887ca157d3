"""Names that differ by a slip of the pen."""

SHORTEST = 5  # letters from which a slip is forgiven


def close(one: str, other: str) -> bool:
    """Tell whether two names are a letter apart: one more, one less, another one, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_other = one[start:], other[start:]
    swapped = rest[:2] == rest_other[:2][::-1] and rest[2:] == rest_other[2:]
    return swapped or rest[1:] == rest_other[1:] or rest[1:] == rest_other or rest == rest_other[1:]
