"""Everything that differs between Datasette 0.65 and 1.0, and nothing else.

Decisions come in as values that know no version (things that are denied, named queries with
their text); here they take the form that the running Datasette understands.  No other package,
template or test asks which version runs.  When 0.65 is given up, the parts that say "0.65" go,
and the rest stays as it is.
"""
