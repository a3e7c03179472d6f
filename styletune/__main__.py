"""``python -m styletune``."""

from styletune.cli import main

if __name__ == "__main__":
    main()
