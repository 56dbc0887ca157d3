"""The engine's edge: carrier webhooks, staff API, driver contract. Handlers parse, call a use case and shape."""
