"""Images that come along: scikit-learn's digits, 1,797 of 8 x 8 pixels."""

import numpy as np

from tunewright.images.data.found import Found, Part


def read_digits() -> Found:
    """One channel, grey levels from 0 to 16 as they are, ten classes, no test part.

    Source: Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, UCI (its test part).
    """
    # Loading scikit-learn takes a second.
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.asarray(digits.images).astype(np.uint8)[:, None]
    labels = np.asarray(digits.target).astype(np.int64)
    return Found("scikit-learn's digits", tuple(map(str, digits.target_names)), Part(images, labels))
