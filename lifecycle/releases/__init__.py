"""Compare, release and roll back versions of models: the page `/models/releases` and what it calls."""
