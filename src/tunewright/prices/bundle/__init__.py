"""The tuned forecaster with all it needs to predict."""
