"""A self-service checkout: domain <- services <- flows <- ui <- app. The map of the house is in README.md."""

__version__ = "0.1.0"
