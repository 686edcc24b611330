"""Programs that measure and print ratios; never a timed assertion."""
