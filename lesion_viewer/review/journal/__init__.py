"""The append-only file of a review, its events, and the state that their replay gives.

From outside: ``damage``, ``encoding``, ``event``, ``event_replay``, ``first_ids``,
``journal_file``, ``renumbering``, ``review_state``, ``splitting``, ``times``.
"""
