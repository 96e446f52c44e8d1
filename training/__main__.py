"""``python -m training``: the same as ``lesion-training``."""

from .cli import main

if __name__ == "__main__":
    main()
