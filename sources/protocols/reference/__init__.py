"""Reference tables shipped with the code, in the ``reference`` folder of their producer."""
