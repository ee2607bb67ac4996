"""What was searched and what was found, for a run of any kind: one module for each figure, and the section's text."""
