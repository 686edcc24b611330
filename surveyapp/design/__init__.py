"""Questionnaires and their published versions."""
