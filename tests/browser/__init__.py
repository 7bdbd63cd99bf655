"""The pages in a real browser, on a real server: see ``walking`` and ``test_walk``."""
