"""Weights with the card that says what they are, checked before they are used.

From outside: ``checkpoint``, ``second_opinion``, ``weights_file``.
"""
