"""Where the two worlds meet: an experiment's settings, and the search that trains and scores its trials."""
