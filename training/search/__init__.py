"""Which batch size and which learning rate: trials and their tables.

From outside: ``trial_tables``, ``trials``.
"""
