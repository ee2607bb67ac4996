"""Other tools that are told of a run: they look on, and nothing depends on them."""
