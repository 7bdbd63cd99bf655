"""What a first look needs when no real log is at hand: a made-up log, and published samples.

``generate.generate`` writes a synthetic log of an invented cluster, ``demo.example.com``:
the cast is in ``people``, the fields that events share in ``events``, what a session
leaves behind in ``sessions``, logins, certificates, requests and administration in
``accounts``, an ordinary day in ``routine``, the fixed appointments of a week in
``stories``.  All names are invented, all addresses come from the ranges reserved for
documentation.

``samples.ndjson`` is not ours: 328 sample events published by the Teleport project, of
197 event types, one JSON object a line, kept for the facts in them: which keys an event
of a type has.  Keys and values are as published, only whitespace was changed and exact
duplicates dropped.  Lines 1-167 are the event fixtures of the audit log page in
gravitational/webapps (Apache-2.0).  The rest comes from gravitational/teleport: lines
168-315 are the examples, and 316-323 the placeholders without fields, of its audit event
reference (``docs/pages/reference/audit-events``; the repository is under AGPL-3.0, parts
under Apache-2.0), and 324-328 examples in its RFD 0201 and issues 44017, 4459 and 8126.
They are partly invented or anonymised there: ``uid`` is missing on 87 lines and shared by
155, ``user`` is missing on 73.
"""
