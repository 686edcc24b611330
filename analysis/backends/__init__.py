"""Responses that are counted where they lie: each back end gives the same integers.

A back end is a ``counts.Source``: it has axes, and ``tables()`` counts. Columns in memory need
none. ``parquet`` counts a folder of parts, in this process, in a pool of processes or on Dask. The
one that lets a database count is ``surveyapp.results.pushdown``, because this floor knows no
database; what has been counted already is kept there too (``surveyapp.respond.kept_counts``).
"""
