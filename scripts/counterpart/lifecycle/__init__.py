"""What spans everything: check, today, close, erase, publish."""
