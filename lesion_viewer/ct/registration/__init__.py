"""Where a place of one CT lies in another CT of the same patient, and how sure that is.

From outside: ``registering``, ``rigid_map``.
"""
