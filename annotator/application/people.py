"""Whose names an account may know."""

from uuid import UUID

from annotator.application.access import RANK, Access


def authors_known_to(access: Access) -> set[UUID]:
    """Authors of what the account may see.

    Who sees all sets knows all authors, unless the project is anonymous; anybody else knows the curators and managers,
    who write the schema, the documents and the register, and themselves.
    """
    project = access.project
    if access.sees_all_sets and not access.hides_authors:
        return {UUID(author) for author in (*project.members, *project.authors)}
    leading = {UUID(member) for member, role in project.members.items() if RANK[role] >= RANK["curator"]}
    return leading | {access.account}
