"""SSDA903, the return on children looked after: one CSV per module, or XML, alone or in a zip."""
