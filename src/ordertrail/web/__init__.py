"""The HTTP service: the desk and the trail, for programs and for the console."""
