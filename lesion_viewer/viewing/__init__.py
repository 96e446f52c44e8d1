"""What is on screen, as plain objects without Qt that emit typed events.

From outside: ``finding_order``, ``followup``, ``gestures``, ``measurements_on_show``,
``outlines_on_show``, ``project``, ``reading_modes``, ``reading_timer``, ``review_model``,
``review_on_show``, ``reviewed_pictures``, ``viewer_model``, ``views``, ``volumes_ahead``.
"""
