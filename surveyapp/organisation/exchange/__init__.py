"""The organisation as a file: reading one, what it would change, applying that, writing one.

    bytes -> reading.read()      sheets of rows, or why the file is not read
          -> rows.parsed()       rows with typed cells, and what is wrong with single cells
          -> planning.plan()     every change against the stored organisation, every problem
          -> applying.apply()    exactly these changes, or none

Only ``applying`` writes; ``writing`` makes the file that reading accepts.
"""
