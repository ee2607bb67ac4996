"""Readers that turn image sets of any common form into arrays, and say on an image card what they found."""
