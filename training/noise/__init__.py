"""The noisy-label experiment: errors in phantoms' labels, found, corrected, learned from.

From outside: ``experiment``, ``outcome_tables``.
"""
