"""What a sociologist reads: mechanisms, rules, parameters, events, measures, each declared once."""
