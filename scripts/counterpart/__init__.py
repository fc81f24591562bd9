"""Counterpart: an international peer-mentoring programme, run from a Git repository."""
