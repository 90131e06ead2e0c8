{%- set texts = [
    "fiche", "label", "counts", "excludes", "unit_measure", "value_kind", "origin", "producer", "contact", "cadence",
    "period_kind", "reference_period", "part_of", "good_direction",
] -%}
with definitions as (
    {%- for definition in indicator_definitions() %}
    select
        {{ text_literal(definition.id) }} as indicator,
        {%- for column in texts %}
        {{ text_literal(definition.get(column)) }} as {{ column }},
        {%- endfor %}
        {{ number_literal(definition.get("expected_lag_months"), "integer") }} as expected_lag_months,
        {{ number_literal(definition.get("target", {}).get("value"), "decimal(18, 6)") }} as target_value,
        {{ text_literal(definition.get("target", {}).get("source")) }} as target_source
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    indicator,
    {{ texts | join(",\n    ") }},
    expected_lag_months,
    target_value,
    target_source
from definitions
