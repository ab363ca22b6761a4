"""What its users ask: comparison and report."""
