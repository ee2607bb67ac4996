"""The page of a comparison: its answer, its table, its figure, and the search that came before it."""
