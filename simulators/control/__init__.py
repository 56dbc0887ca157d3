"""The control API `/_sim/v1`: drives tenants from outside. Knows no carrier by name."""
