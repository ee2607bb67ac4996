"""Comparisons of variants over repeats: a grid that the search engine runs, with a model whose parameters are fixed."""
