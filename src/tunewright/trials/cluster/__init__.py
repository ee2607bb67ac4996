"""Trials on a Ray cluster. Ray itself is loaded where it is used."""
