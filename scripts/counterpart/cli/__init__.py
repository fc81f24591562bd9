"""argv to exit code: the only floor that prints and the only one with a clock."""
