"""``python -m simulation`` is the command ``mentoring``."""

from .faces.cli import main

main()
