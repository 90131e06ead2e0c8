{%- set texts = [
    "indicator", "fiche", "label", "counts", "excludes", "unit_measure", "value_kind", "origin", "producer", "contact",
    "cadence", "period_kind", "reference_period", "part_of", "good_direction",
] -%}
{%- set others = {"lag_months": "expected_lag_months", "target_value": "value", "target_source": "source"} -%}
{%- set rows = [] -%}
{%- for definition in indicator_definitions() -%}
{%- do rows.append(dict(definition, **definition.get("target", {}))) -%}
{%- endfor -%}
with definitions as (
    {{ rows_of_texts(rows, dict(zip(texts, texts), **others)) }}
)

select
    {%- for column in texts %}
    cast({{ column }} as string) as {{ column }},
    {%- endfor %}
    cast(lag_months as integer) as expected_lag_months,
    cast(target_value as decimal(18, 6)) as target_value,
    cast(target_source as string) as target_source
from definitions
