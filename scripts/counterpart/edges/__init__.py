"""Reading and writing: the repository, YAML, schemas, sealing."""
