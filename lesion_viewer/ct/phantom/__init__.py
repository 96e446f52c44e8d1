"""Synthetic abdominal CT from a seed, with lesions whose boxes are known.

From outside: ``abdomen``.
"""
