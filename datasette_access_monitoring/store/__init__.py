"""The audit database: one SQLite file with a table per event type, its views, and its state.

Writing is one transaction a batch (events, rejects, checkpoint); reading gives the
events back exactly.  Queries in Trino SQL are the business of ``sql`` and ``engine``.
"""
