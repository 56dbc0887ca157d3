"""What the three mounts of the carrier are called."""

OTPRAVKA, TRACKING, CALCULATOR = "russian_post", "russian_post_tracking", "russian_post_tariff"
