{#- An indicator that its producer declares, as uniform observations. `staged`: the staging model of the producer.
    `definition`: SQL expression, the version of what is counted. -#}
{% macro declared_indicator(staged, indicator, definition) %}
with cells as (
    {{ declared_cells(staged, indicator) }}
)

{{ as_observations(
    "cells",
    indicator=indicator,
    unit_measure=none,
    definition=definition,
    collection="collection",
    reporters="reporters",
    comment="comment",
    reference_period="reference_period",
) }}
{% endmacro %}

{#- The cells of a declared indicator, absent or not: each category that was declared at a level (the region, its
    departments) in any period is expected in every area of that level, in every period. -#}
{% macro declared_cells(staged, indicator) %}
with declared as (
    select
        areas.ref_area,
        areas.area_type,
        staged.time_period,
        staged.breakdown,
        staged.category,
        staged.obs_value,
        staged.unit_measure,
        staged.reference_period,
        staged.reporters,
        staged.collection,
        staged.comment,
        staged.extract_id,
        staged.line
    from {{ ref(staged) }} as staged
    inner join {{ ref("int_areas") }} as areas
        on staged.area_code = areas.code
    where staged.indicator = '{{ indicator }}'
),

periods as (
    select
        time_period,
        max(extract_id) as extract_id
    from declared
    group by time_period
),

categories as (
    select
        area_type,
        breakdown,
        category,
        max(unit_measure) as unit_measure
    from declared
    group by area_type, breakdown, category
)

select
    areas.ref_area,
    periods.time_period,
    categories.breakdown,
    categories.category,
    declared.obs_value,
    {{ obs_status("declared.line", "declared.obs_value") }} as obs_status,
    coalesce(declared.unit_measure, categories.unit_measure) as unit_measure,
    coalesce(declared.reference_period, periods.time_period) as reference_period,
    declared.reporters,
    declared.collection,
    declared.comment,
    periods.extract_id
from periods
cross join categories
inner join {{ ref("int_areas") }} as areas
    on categories.area_type = areas.area_type
left join declared
    on
        areas.ref_area = declared.ref_area
        and periods.time_period = declared.time_period
        and categories.breakdown = declared.breakdown
        and categories.category = declared.category
{% endmacro %}
