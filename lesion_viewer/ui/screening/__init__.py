"""The results of a screening in the window: a list of series to go through.

From outside: ``controller``.
"""
