"""INSEE: the Melodi API, and the workbook of the employment zones that ships with the code."""
