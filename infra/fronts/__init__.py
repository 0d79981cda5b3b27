"""What stands in front of the function: one of three, one file each.

A function has one front, because the front decides whether the web adapter streams (URL-04).
"""
