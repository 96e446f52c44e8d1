"""What is on screen, as plain objects without Qt that emit typed events.

From outside: ``viewer_model``.
"""
