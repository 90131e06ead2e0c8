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
    cast('{{ indicator }}' as varchar) as indicator,
    cast(ref_area as varchar) as ref_area,
    cast(time_period as varchar) as time_period,
    cast(breakdown as varchar) as breakdown,
    cast(category as varchar) as category,
    cast(obs_value as decimal(18, 6)) as obs_value,
    cast({{ numerator }} as decimal(18, 6)) as numerator,
    cast({{ denominator }} as decimal(18, 6)) as denominator,
    cast({{ unit_measure or defined_unit }} as varchar) as unit_measure,
    cast(obs_status as varchar) as obs_status,
    cast('F' as varchar) as conf_status,
    cast({{ reference_period }} as varchar) as reference_period,
    cast({{ reporters }} as varchar) as reporters,
    cast({{ version_in_force(indicator, "definition") }} as varchar) as definition,
    cast({{ collection or version_in_force(indicator, "collection") }} as varchar) as collection,
    cast(extract_id as varchar) as extract_id,
    cast({{ comment }} as varchar) as comment
from {{ relation }}
{% endmacro %}
