"""What readers decide: findings, the journal of their events, work lists, agreement.

From outside: ``finding``, ``followup``, ``journal``, ``on_screen``, ``open_review``,
``readers``, ``recist``, ``review_files``, ``series_record``, ``session``, ``snapping``,
``study_reviews``, ``times``, ``uids``, ``user_folders``, ``worklist``.
"""
