"""The order of events in a month, and the submodels that it calls, on arrays."""
