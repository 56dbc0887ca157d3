"""The rules of shipping, pure: orders, statuses, rates, notifications, settlement, ledger. No HTTP, SQL or SMTP."""
