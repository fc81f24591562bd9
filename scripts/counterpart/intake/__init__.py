"""How applications come in: the application page, the relay, files and tables, guard, merge."""
