"""A programme beside its rounds: guides, news, discussions, ambassadors and voices as data."""
