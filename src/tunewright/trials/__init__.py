"""Running trials: tasks, rungs, checkpoints, workers, and the search loop."""
