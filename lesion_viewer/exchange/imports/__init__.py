"""One way in for every file: parse, change set, preview, apply; for window and commands alike.

From outside: ``change_set``, ``changing``, ``parsing``, ``wording``.
"""
