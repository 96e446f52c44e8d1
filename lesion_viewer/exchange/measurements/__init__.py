"""Measurements as a table of their own, beside the review's CSV, whose columns stay as they are.

From outside: ``reading``, ``writing``.
"""
