"""UIMA's common analysis structure, which XMI and JSON CAS write down."""
