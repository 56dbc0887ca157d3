"""The carrier's notification service: who is told what of a consignment, when, and what recipients may change.

Wire contract: `postal_api_swiss` §4; `notifications` Part 2 and decisions D6, D7, D11. The rules are in `rules` and
`control_rules`, without a world; `telling` applies them to scans and writes into the tenant's mailbox.
"""
