"""``python -m simulation`` is the command ``mentoring``."""

from .cli import main

main()
