"""What every carrier's wire shares: calls and answers, routes, tenancy, faults, webhooks out, journal, labels."""
