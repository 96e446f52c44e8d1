"""``python -m lesion_viewer``."""

import sys

from lesion_viewer.cli import main

if __name__ == "__main__":
    sys.exit(main())
