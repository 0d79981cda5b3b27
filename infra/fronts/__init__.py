"""The three fronts of a function.

A function has one front, because the front decides whether the web adapter streams (URL-04).
"""
