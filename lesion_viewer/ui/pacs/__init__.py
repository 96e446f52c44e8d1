"""Archives of a hospital in the window: studies are searched and fetched, reviews sent back.

From outside: ``downloading``, ``fetching``, ``sending``.
"""
