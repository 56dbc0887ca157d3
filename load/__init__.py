"""Locust users for the label and tracking paths."""
