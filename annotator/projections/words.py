"""Words as a search knows them: the same for what is searched and for what is asked."""

import unicodedata

LONGEST = 500  # characters; the index takes no longer ones


def words_of(text: str) -> list[str]:
    """The text's runs of letters and digits without case and accents, each once, in order."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = (c if c.isalnum() else " " for c in parts if not unicodedata.combining(c))
    return list(dict.fromkeys(word[:LONGEST] for word in "".join(plain).split()))
