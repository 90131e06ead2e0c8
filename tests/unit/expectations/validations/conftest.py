"""Great Expectations, imported as Vigie does before these tests import it by its own name."""

import importlib

importlib.import_module("expectations.validations")
