"""`python -m ordertrail` is the command line."""

from ordertrail.cli import main

main()
