"""Trino's rules about values, as pure functions: no SQL text, no SQLite, no parser."""
