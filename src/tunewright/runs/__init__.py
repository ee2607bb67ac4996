"""A run from its beginning to its end: the folder, the search, the final model, the sealed test, the results."""
