"""Postal carriers with an API of their own: one package each, none knows another."""
