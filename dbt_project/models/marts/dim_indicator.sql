{%- set texts = [
    "indicator", "fiche", "label", "counts", "excludes", "unit_measure", "value_kind", "origin", "producer", "contact",
    "cadence", "period_kind", "reference_period", "part_of", "good_direction",
] -%}
{%- set columns = {"expected_lag_months": "expected_lag_months", "target_value": "target_value", "target_source": "target_source"} -%}
{%- for column in texts %}{% do columns.update({column: column}) %}{% endfor -%}
{%- set rows = [] -%}
{%- for definition in indicator_definitions() -%}
{%- set target = definition.get("target", {}) -%}
{%- do rows.append(dict(definition, target_value=target.get("value"), target_source=target.get("source"))) -%}
{%- endfor -%}
with definitions as (
    {{ rows_of_texts(rows, columns) }}
)

select
    {%- for column in texts %}
    cast({{ column }} as varchar) as {{ column }},
    {%- endfor %}
    cast(expected_lag_months as integer) as expected_lag_months,
    cast(target_value as decimal(18, 6)) as target_value,
    cast(target_source as varchar) as target_source
from definitions
