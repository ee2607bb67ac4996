"""What options of image sets may say, known without loading a decoder."""

from typing import Literal

ColourName = Literal["rgb", "grey"]
"""What images of any mode may be brought to."""

COLOURS: tuple[ColourName, ...] = ("rgb", "grey")

FOLDERS = "folders"
"""What `labels` says where the folders are the classes, whatever their names."""

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
"""Of the names of image files."""
