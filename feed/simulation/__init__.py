"""Simulated viewers: what they like, what they do with a card, and what their runs say of the feed. Pure: no Django in here.

`workers/simulation` lets them use the real services.
"""
