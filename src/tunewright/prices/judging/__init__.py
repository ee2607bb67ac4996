"""What the sealed test says: metrics, significance, and one honest verdict."""
