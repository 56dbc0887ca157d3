"""CDEK as a carrier port (`CdekAdapter(base_url, client_id, client_secret, sender, *, timeout_s, client, clock)`)."""
