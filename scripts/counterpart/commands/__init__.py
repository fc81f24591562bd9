"""One file a verb: straight recipes from files to files."""
