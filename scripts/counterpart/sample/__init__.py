"""Made-up rounds, to try things out."""
