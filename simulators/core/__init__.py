"""The world behind the carriers: pure, deterministic, synchronous. Knows no carrier and does no I/O."""
