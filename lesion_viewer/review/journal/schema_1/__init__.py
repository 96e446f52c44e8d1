"""Journals of schema 1, in which findings may be counted and slices are named by their index.

From outside: ``counted_ids``, ``slice_indices``.
"""
