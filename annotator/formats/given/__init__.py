"""What readers of other people's formats share: files and their limits, drafts of documents, and the mapping
of foreign labels.
"""
