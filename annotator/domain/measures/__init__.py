"""How far annotators agree: measures that a paper can print. What cannot be told is said, with the reason."""
