"""Optuna's scripts: an unchanged `objective(trial)` and the user's own study, sampler and pruner."""
