"""The modules of the families of images, which torch builds; the families themselves are read without it."""
