"""What the sealed images say: accuracy with its interval, comparisons on the same images, what tuning was worth."""
