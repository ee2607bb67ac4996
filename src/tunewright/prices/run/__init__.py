"""The life of a run on prices, part by part."""
