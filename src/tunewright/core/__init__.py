"""The words every room shares: errors, exact text, random streams, search spaces."""
