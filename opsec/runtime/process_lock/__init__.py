"""The lock of a process that handles hostile bytes: limits, no privileges, no files, no network, no other process."""
