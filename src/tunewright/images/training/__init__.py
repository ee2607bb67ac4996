"""Training of networks that tell images apart."""
