"""What the answers say: counts, negative list, anonymity, release, charts, report."""
