"""Readers that turn price files into clean tables, and say on a data card what they found."""
