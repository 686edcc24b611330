"""Programs that find out by chance what cannot be proved; each prints a table, or JSON."""
