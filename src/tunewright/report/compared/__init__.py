"""Finished runs side by side: what a comparison comes to, in words and as a page."""
