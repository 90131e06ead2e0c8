"""The Opendatasoft (Explore 2.1) protocol; what is asked of it is in the producers' contracts."""
