"""Trino SQL on SQLite: parse, check, type, rewrite, window, and write results.

``translate.translate`` is the one entry; running a translation is the business of ``engine``.
Nothing here touches a database, except for ``udf`` and ``sqlite_functions``, which put
functions on a connection.
"""
