{#- An indicator that its producer declares, as uniform observations. `staged`: the staging model of the producer. -#}
{% macro declared_indicator(staged, indicator) %}
with cells as (
    {{ declared_cells(staged, indicator) }}
)

{{ as_observations(
    "cells",
    indicator=indicator,
    unit_measure="unit_measure",
    collection="collection",
    reporters="reporters",
    comment="comment",
    reference_period="reference_period",
) }}
{% endmacro %}

{#- The cells of a declared indicator, absent or not: each category that was declared at a level (the region, its
    departments) in any period is expected in every area of that level, in every period. `lines`: the code of the
    deposit's lines, when it is not that of the indicator. -#}
{% macro declared_cells(staged, indicator, lines=none) %}
with declared as (
    select
        areas.ref_area,
        areas.area_type,
        staged.time_period,
        staged.breakdown,
        staged.category,
        staged.obs_value,
        staged.is_masked,
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
    where staged.indicator = '{{ lines or indicator }}'
),

deposit as (
    select max(extract_id) as extract_id
    from declared
),

reported as (
    select
        time_period,
        count(obs_value) as values_given
    from declared
    group by time_period
),

expected as (
    {{ expected_periods(indicator, "reported") | trim | indent }}
),

periods as (
    select
        expected.time_period,
        coalesce(reported.values_given, 0) as values_given
    from expected
    left join reported
        on expected.time_period = reported.time_period
),

categories as (
    select
        area_type,
        breakdown,
        category,
        max(unit_measure) as unit_measure
    from declared
    group by area_type, breakdown, category
),

grid as (
    select
        areas.ref_area,
        periods.time_period,
        periods.values_given,
        categories.breakdown,
        categories.category,
        declared.obs_value,
        declared.is_masked,
        declared.line,
        coalesce(declared.unit_measure, categories.unit_measure) as unit_measure,
        coalesce(declared.reference_period, periods.time_period) as reference_period,
        declared.reporters,
        declared.collection,
        declared.comment,
        coalesce(declared.extract_id, deposit.extract_id) as extract_id
    from periods
    cross join categories
    cross join deposit
    inner join {{ ref("int_areas") }} as areas
        on categories.area_type = areas.area_type
    left join declared
        on
            areas.ref_area = declared.ref_area
            and periods.time_period = declared.time_period
            and categories.breakdown = declared.breakdown
            and categories.category = declared.category
)

select
    ref_area,
    time_period,
    breakdown,
    category,
    obs_value,
    {{ obs_status(
        "line",
        "obs_value",
        masked="is_masked",
        cannot_exist=not_applicable(indicator),
        awaited=awaited(indicator, "line", "values_given"),
    ) }} as obs_status,
    unit_measure,
    reference_period,
    reporters,
    collection,
    comment,
    extract_id
from grid
{% endmacro %}
