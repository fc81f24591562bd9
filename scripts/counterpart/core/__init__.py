"""Rules, criteria, proposals, explanations: pure functions on the vocabulary."""
