"""Doors for the user's own code: scripts written for other tools, on this search engine."""
