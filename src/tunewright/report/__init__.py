"""Results of a run -> frozen views -> figures -> one HTML page. Reads files only; see `report.write`."""
