"""Running scenario files: against a simulator alone, or with a connector through its driver."""
