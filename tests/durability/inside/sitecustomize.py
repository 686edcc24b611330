"""Loaded by every process of a server under test, before anything else: two injected devices.

A module of this name on the path is imported by Python itself. The environment says what is wanted;
without a wish nothing is changed.
"""

import os

if _folder := os.environ.get("DURABILITY_DISK"):
    from recording_disk import record

    record(os.environ["SURVEYAPP_DATA"], _folder)

if _file := os.environ.get("DURABILITY_CLOCK"):
    from wrong_clock import shift

    shift(_file)
