"""Runs, in memory or in a folder: one road."""
