"""From an image set to training batches: the sealed test, folds, normalisation, augmentation. Leak-free by type."""
