"""Queries compared with another engine: see ``test_oracle``."""
