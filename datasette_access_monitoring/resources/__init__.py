"""What people write for us and read from us: audit queries, security reports, roles."""
