"""The program as a guest in its process: settings of libraries, its own faults, and the log for support."""
