"""Starts, watches and stops everything the service needs; `python -m annotator.supervisor`.

Standard library only, and one thread: children are forked from it, and the kernel ends
them when the thread that forked them ends.
"""
