"""Look-ups of Otpravka. What they hand over stands in `chapter`; places, offices and streets are for all."""
