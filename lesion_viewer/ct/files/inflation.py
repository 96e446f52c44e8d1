"""What deflated data may inflate to: deflate reaches 1032:1 on constant bytes, images do not."""

MAX_RATIO = 250
# Smaller data may inflate by any ratio: it fits into memory anyway.
RATIO_COUNTS_FROM_BYTES = 2**25
