"""What readers decide: findings, the journal of their events, work lists, agreement.

From outside: ``annotations``, ``finding``, ``followup``, ``journal``, ``measurements``,
``on_screen``, ``open_review``, ``outlines``, ``readers``, ``reading_mode``, ``recist``,
``review_files``, ``series_progress``, ``series_record``, ``session``, ``snapping``,
``study_reviews``, ``times``, ``uids``, ``user_folders``, ``worklist``.
"""
