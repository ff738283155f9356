"""Calibration of the likelihood ratios: measures of forensic science, and the fit to posts whose truth is known."""
