"""The ledger of openings: which sealed tests were looked at, by which runs, and what was seen there."""
