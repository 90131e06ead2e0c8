{#- The uniform observation: its columns, their order, their types, in one place.
    `relation` is a CTE that has ref_area, time_period, breakdown, category, obs_value, obs_status, extract_id and,
    where they are known, the columns named in the optional arguments (SQL expressions). The unit and the versions of
    definition and collection are those of the indicator's definition, unless the producer says its own. -#}
{% macro as_observations(
    relation, indicator,
    unit_measure=none, collection=none, reporters="''", numerator="null", denominator="null", comment="null",
    reference_period="time_period"
) %}
{%- set defined_unit = "'" ~ definition_of(indicator).get("unit_measure", "") ~ "'" %}
select
    cast('{{ indicator }}' as string) as indicator,
    cast(ref_area as string) as ref_area,
    cast(time_period as string) as time_period,
    cast(breakdown as string) as breakdown,
    cast(category as string) as category,
    cast(obs_value as decimal(18, 6)) as obs_value,
    cast({{ numerator }} as decimal(18, 6)) as numerator,
    cast({{ denominator }} as decimal(18, 6)) as denominator,
    cast({{ unit_measure or defined_unit }} as string) as unit_measure,
    cast(obs_status as string) as obs_status,
    cast('F' as string) as conf_status,
    cast({{ reference_period }} as string) as reference_period,
    cast({{ reporters }} as string) as reporters,
    cast({{ version_in_force(indicator, "definition") }} as string) as definition,
    cast({{ collection or version_in_force(indicator, "collection") }} as string) as collection,
    cast(extract_id as string) as extract_id,
    cast({{ comment }} as string) as comment
from {{ relation }}
{% endmacro %}

{#- Those columns, as a query that reads observations names them. -#}
{% macro observation_columns() -%}
    {{ return([
        "indicator", "ref_area", "time_period", "breakdown", "category",
        "obs_value", "numerator", "denominator", "unit_measure", "obs_status", "conf_status",
        "reference_period", "reporters", "definition", "collection", "extract_id", "comment",
    ]) }}
{%- endmacro %}
