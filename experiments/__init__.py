"""The experiments: questions, each a script from design to page; run with ``python -m``."""
