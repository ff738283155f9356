"""The review console: a local web page on which the officer decides about findings. It listens on 127.0.0.1 alone."""
