"""The site's pages and feeds, made from public data, and the MkDocs plugin."""
