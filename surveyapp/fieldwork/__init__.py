"""Rounds, audiences, sealed codes and assignments."""
