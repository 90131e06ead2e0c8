"""What is raised when dbt cannot read the project.

Here: that alone, for those who tell it and need nothing else of dbt, whose imports cost seconds.
Not here: reading the project (``project``).
"""


class DbtProjectRefused(RuntimeError):  # noqa: N818 reads as the sentence it is
    """dbt cannot read the project; the message says where and why."""
