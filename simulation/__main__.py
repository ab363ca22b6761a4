"""``python -m simulation`` is the command ``mentoring``."""

from .faces.command import main

main()
