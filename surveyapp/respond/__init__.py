"""Answering: submission, receipts, attachments."""
