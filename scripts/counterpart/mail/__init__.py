"""E-mails: what is due, letters, sending each once, statements."""
