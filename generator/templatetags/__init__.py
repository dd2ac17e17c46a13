"""Template tags and filters; `studio` and `timeline` are builtins, so pages need not load them."""
