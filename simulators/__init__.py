"""Carriers on the wire: a pure world (`core`), shared wire parts (`wire`), the control API and one folder a carrier."""
