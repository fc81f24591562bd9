"""Published figures of a finished round, and disclosure control."""
