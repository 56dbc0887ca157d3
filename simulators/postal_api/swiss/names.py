"""Swiss Post's name: of the carrier, of its tenants' settings, and before its kinds and duties."""

CARRIER = "swiss_post"
MOUNT = "swiss-post"
