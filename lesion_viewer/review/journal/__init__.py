"""The append-only file of a review, its entries, and the state that their replay gives.

From outside: ``damage``, ``entry``, ``journal_file``, ``review_state``, ``splitting``.
"""
