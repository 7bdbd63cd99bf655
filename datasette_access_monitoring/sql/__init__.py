"""Trino SQL on SQLite: the same answer, or an error that says why not.

The way of a query, each step a package: ``parsing`` reads the text into a tree and refuses
what is no Trino; ``binding`` resolves names, infers types and writes SQLite text;
``functions`` is the registry of what may be called; ``udf`` holds the functions that the text
calls on a connection; ``rules`` are Trino's rules about values, pure.  ``translate`` is the one
entry; ``render`` and ``typed_json`` write results.
"""
