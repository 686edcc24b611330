"""Is an acknowledged response ever lost, stored twice or altered? Faults, and a history checker.

The clients keep a journal of what they sent and what they were told. Afterwards ``checker`` holds
it against what the database has. The model is Jepsen's: operations, a history, a verdict.
"""
