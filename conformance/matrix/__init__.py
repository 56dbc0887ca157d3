"""The answer-loss and kill matrix: every write of a connector, in every flow, disturbed at every point.

The writes are read off an undisturbed run of the flow. Each write × point is a cell: a world of its own in which the
flow runs again and exactly this goes wrong; afterwards the carrier's own ledger says what came of it.
"""
