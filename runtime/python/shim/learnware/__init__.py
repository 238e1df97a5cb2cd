"""Stands in for the Python package `learnware`, so that packages written for it load without installing it.

Only the model's base classes are here: specifications, markets and reuse are the host's work.
"""

__version__ = "0.4.0"  # of the interface offered here
