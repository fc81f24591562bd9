"""Who takes part: the roll, employers, what is remembered of earlier rounds."""
