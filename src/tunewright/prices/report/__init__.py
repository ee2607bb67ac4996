"""The part of the report that only runs on prices have: data, folds, the sealed test and its verdict."""
