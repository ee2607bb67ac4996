"""Model families: what is trained, without how."""
