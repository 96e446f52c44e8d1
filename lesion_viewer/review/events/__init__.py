"""What can happen in a review: one dataclass for each kind of event.

From outside: ``annotating``, ``boxes``, ``decisions``, ``encoding``, ``event``, ``files``,
``following``, ``images``, ``kinds``, ``marks``, ``reading``, ``runs``, ``slices``, ``tables``.
"""
