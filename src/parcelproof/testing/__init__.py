"""For tests of parcelproof and of what it judges: faulty connectors made from the reference engine."""
