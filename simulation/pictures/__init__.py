"""Tables of runs to summaries and figures."""
