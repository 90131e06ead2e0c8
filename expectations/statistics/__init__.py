"""The mathematics of reporting changes: pure functions of arrays, no framework, no table."""
