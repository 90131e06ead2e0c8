{#- The uniform observation: its columns, their order, their types, in one place.
    `relation` is a CTE that has ref_area, time_period, breakdown, category, obs_value, obs_status, extract_id and,
    where they are known, the columns named in the optional arguments (SQL expressions). `unit_measure` is the unit of
    all of them, or none when the relation has a column of that name: the producer's own word. -#}
{% macro as_observations(
    relation, indicator, unit_measure, definition,
    collection="null", reporters="''", numerator="null", denominator="null", comment="null",
    reference_period="time_period"
) %}
select
    cast('{{ indicator }}' as varchar) as indicator,
    cast(ref_area as varchar) as ref_area,
    cast(time_period as varchar) as time_period,
    cast(breakdown as varchar) as breakdown,
    cast(category as varchar) as category,
    cast(obs_value as decimal(18, 6)) as obs_value,
    cast({{ numerator }} as decimal(18, 6)) as numerator,
    cast({{ denominator }} as decimal(18, 6)) as denominator,
    cast({{ "'" ~ unit_measure ~ "'" if unit_measure else "unit_measure" }} as varchar) as unit_measure,
    cast(obs_status as varchar) as obs_status,
    cast('F' as varchar) as conf_status,
    cast({{ reference_period }} as varchar) as reference_period,
    cast({{ reporters }} as varchar) as reporters,
    cast({{ definition }} as varchar) as definition,
    cast({{ collection }} as varchar) as collection,
    cast(extract_id as varchar) as extract_id,
    cast({{ comment }} as varchar) as comment
from {{ relation }}
{% endmacro %}
