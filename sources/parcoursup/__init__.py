"""Parcoursup, on the Ministry's portal: its contract only; the protocol is in ``opendatasoft``."""
