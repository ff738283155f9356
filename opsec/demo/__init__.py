"""The example case: synthetic posts and two fictional sites."""
