"""Tests of how the line reader's weights are made."""
