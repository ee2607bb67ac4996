"""How a model of prices is trained: the reference loop, and forecasters made by it."""
