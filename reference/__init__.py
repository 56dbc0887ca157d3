"""The reference shipping engine: compact, hexagonal, and right; the example to read."""
