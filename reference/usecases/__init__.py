"""What people and carriers make the engine do: one transaction each, effects through the outbox."""
