"""The front door for Python: `tune`, `load`, `resume` and what they give back."""

from tunewright.front.kernel import load_quietly

load_quietly()  # before anything here loads Optuna
