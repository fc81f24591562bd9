"""The relay: a small server that takes what the application page sends."""
