"""Countries, languages, time zones, hours and addresses: the vocabularies that no round defines."""
