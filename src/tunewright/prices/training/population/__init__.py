"""How many recurrent networks are trained at once, stacked: each with its own settings, seeds and samples."""
