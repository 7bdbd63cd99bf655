"""What Datasette's visitors see: named queries, pages, and what is closed to whom."""
