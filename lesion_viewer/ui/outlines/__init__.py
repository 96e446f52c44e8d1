"""What a detector marks, outlined in all views.

From outside: ``controller``.
"""
