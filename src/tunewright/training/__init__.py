"""How a model is trained: one readable loop that defines what training means."""
