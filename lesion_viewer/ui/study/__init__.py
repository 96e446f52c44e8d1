"""A study on screen: its series, slices, window and review.

From outside: ``controller``, ``go_to_slice``, ``series_list``, ``slice_slider``,
``volume_controller``.
"""
