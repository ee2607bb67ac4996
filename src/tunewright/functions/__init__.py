"""Plain Python functions as what is tuned: `minimize`, ask-and-tell, and experiments on a function."""
