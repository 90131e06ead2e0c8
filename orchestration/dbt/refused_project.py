"""What is raised when dbt cannot read the project.

Here: that alone, for those who tell it and need nothing else of dbt, whose imports cost seconds.
Not here: reading the project (``project``).
"""


class DbtProjectError(RuntimeError):
    """dbt cannot read the project; the message says where and why."""
