"""The picture: one slice of a CT with its marks, and what mouse and keys do on it.

From outside: ``drags``, ``marks``, ``outlines``, ``picture_text``, ``picture_view``,
``slice_view``, ``status_appearance``, ``text``, ``viewport``.

``picture_view.PictureView`` is what pictures share; ``slice_view.SliceView`` shows the slices. It
shows what its methods are given and turns gestures into signals; it records nothing.

Methods: ``show_volume``, ``show_slice``, ``set_window``, ``set_inverted``, ``set_as_stored``,
``set_slab``, ``set_marks``, ``add_layer``, ``set_mouse_scheme``, ``fit``, ``show_box``, ``edit``,
``nudge``, ``stretch``, ``begin_drawing``, ``cancel``; ``magnifier.is_on``, ``outlines.put``.

Signals: ``slice_wanted``, ``window_changed``, ``hu_hovered``, ``finding_picked``,
``menu_wanted``, ``windows_wanted``, ``box_drawn``, ``box_changed``, ``axes_changed``.
"""
