"""What the answers say: counts, statistics, negative lists, charts and reports.

The middle floor: it takes plain columns and returns result objects. It knows no web framework and
no database.

    columns -> counts() -> Tables -> build() -> charts, PDF, JSON
"""
