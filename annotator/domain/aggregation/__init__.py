"""Consensus by a model of the annotators: pure functions on arrays, with numpy and scipy only.

``answers`` holds what annotators said, ``aggregate`` is the door, ``settings`` the policies as values. Nothing
here draws random numbers, reads a clock or depends on the order in which answers came.
"""
