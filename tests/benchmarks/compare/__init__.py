"""Compare the results of two versions of opsec."""
