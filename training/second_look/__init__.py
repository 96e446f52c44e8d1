"""The second look at a detector's boxes: its candidates as crops, and what is learned from them.

From outside: ``collecting``, ``fitting``, ``weighing``.
"""
