"""The JSON Schemas (2020-12) of every kind of file."""
