"""From a clean table to training samples: the sealed test, folds, features, scaling, windows. Leak-free by type."""
