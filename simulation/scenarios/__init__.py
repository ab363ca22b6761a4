"""Scenario files: reading, checking, writing, explaining, designs."""
