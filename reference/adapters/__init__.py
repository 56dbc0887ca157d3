"""What stands behind the engine's ports: carriers over HTTP, mail over SMTP, spreadsheets, payout reports as files."""
