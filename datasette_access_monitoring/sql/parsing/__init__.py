"""From the text of a query to a tree that holds only what the binder knows."""
