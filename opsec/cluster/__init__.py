"""Read files on the machines of a Dask cluster that the officer named. Sites and matching stay on this machine."""
