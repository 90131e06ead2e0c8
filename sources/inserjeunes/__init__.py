"""InserJeunes, on the portal of education: its contract; the protocol is in ``opendatasoft``."""
