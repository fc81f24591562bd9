"""Files, paths, YAML, JSON, schemas and Git: how anything is read and written."""
