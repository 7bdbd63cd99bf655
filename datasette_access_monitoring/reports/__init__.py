"""Running security reports: their state, their results, and the history of both."""
