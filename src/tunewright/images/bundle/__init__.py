"""The tuned classifier of images with all it needs to predict."""
