"""What an experiment on prices may say, and the score of one configuration."""
