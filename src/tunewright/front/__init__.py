"""The front door for Python: `tune`, `load`, `resume` and what they give back."""
