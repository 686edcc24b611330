"""Interviews that a team holds in a unit, by an outline: notes, coverage, reading back, records."""
