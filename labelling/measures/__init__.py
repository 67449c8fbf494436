"""Measure labellers and choose what to ask: numbers in, numbers out. Pure: no Django, no torch."""
