"""One round as data: opened once, built, checked; partnerships, answers, keys, the log of e-mails."""
