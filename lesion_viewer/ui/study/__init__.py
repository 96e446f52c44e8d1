"""A study on screen: its series, slices, window and review.

From outside: ``arriving``, ``cine_bar``, ``controller``, ``go_to_slice``, ``own_windows``,
``preset_dialog``, ``series_list``, ``slice_slider``, ``thumbnails``, ``volume_controller``.
"""
