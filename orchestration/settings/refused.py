"""What is said, in French, of settings that are refused.

Here: the sentences. Not here: what a setting may be (``settings``), which says it of each.
"""

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsError

from orchestration.settings.settings import Settings


def refusals(error: ValidationError | SettingsError) -> list[str]:
    """Say in French which settings are refused, why, and what to write.

    Args:
        error: What pydantic says of them; it repeats no value that may be a secret.
    """
    if isinstance(error, SettingsError):
        # Only this setting is in JSON, and it could not be read as such.
        return [_refusal("partners")]
    return [
        str(wrong["ctx"]["error"])
        if wrong["type"] == "value_error"
        else _refusal(str(wrong["loc"][0]))
        for wrong in error.errors(include_input=False)
    ]


def _refusal(name: str) -> str:
    return f"Le réglage VIGIE_{name.upper()} est refusé. Écrire {_expected(name)}."


def _expected(name: str) -> str:
    """Return what may be written of a setting, within its bounds."""
    field = Settings.model_fields.get(name)
    if field is None or field.description is None:
        return "une autre valeur"
    least = _bound(field, "ge")
    most = _bound(field, "le")
    if least is None:
        return field.description
    bounds = f"{least:g} au moins" if most is None else f"de {least:g} à {most:g}"
    return f"{field.description}, {bounds}"


def _bound(field: FieldInfo, name: str) -> float | None:
    return next((getattr(each, name) for each in field.metadata if hasattr(each, name)), None)
