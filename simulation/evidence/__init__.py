"""Is the model right? Verification, patterns, calibration, own data, sensitivity."""
