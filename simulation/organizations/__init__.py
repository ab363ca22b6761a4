"""Seats, lines and ties: the generator, and charts that people export."""
