"""How healthy a log is: whether it is fresh, whole, and believable.

The store counts (``store.deliveries``), ``looking`` reads the counts, ``gaps`` and ``judging``
decide, ``documents`` and ``metrics`` say it to programs.  All but ``looking`` is pure.
"""
