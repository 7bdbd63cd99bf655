"""From the parser's tree to SQLite text: names resolved, types inferred, the rest refused."""
