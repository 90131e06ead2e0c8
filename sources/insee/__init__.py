"""INSEE: the Melodi API and the reference workbooks shipped with the code."""
