"""DARES, on its portal: its contract only; the protocol is in ``opendatasoft``."""
