"""A study on screen: its series, slices, window and review.

From outside: ``controller``, ``review_controller``, ``series_list``, ``slice_slider``,
``volume_controller``.
"""
