"""What stands behind the engine's ports: carriers over HTTP, mail over SMTP, spreadsheets and payout reports as files."""
