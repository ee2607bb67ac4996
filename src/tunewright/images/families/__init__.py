"""Families of networks that tell images apart."""
