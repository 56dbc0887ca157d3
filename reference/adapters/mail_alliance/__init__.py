"""Mail Alliance as a carrier port (`MailAllianceAdapter(base_url, api_key, sender, *, timeout_s, client)`)."""
