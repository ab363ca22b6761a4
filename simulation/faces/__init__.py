"""Where they ask it: the command line, Mesa."""
