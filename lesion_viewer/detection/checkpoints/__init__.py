"""Weights with a card that describes them; both are checked before use.

From outside: ``checkpoint``.
"""
