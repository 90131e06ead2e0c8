-- Fails when a cell that is expected does not exist: a department that an indicator lacks; and, where its periods
-- follow one another, a series that it has in one of them and not in another, or one between the first and the last
-- (those before var `first_year_expected` apart). A period of another kind is no part of the grid: a rule tells it. For
-- dbt it is a warning; for the gate, a failure of the indicators that it names.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

{%- set consecutive = [] %}
{%- for definition in indicator_definitions() if definition.period_kind in period_kinds() %}
{%- do consecutive.append("'" ~ definition.indicator ~ "'") %}
{%- endfor %}

with departments as (
    select count(*) as expected
    from {{ ref("dim_area") }}
    where area_type = 'DEP'
),

periods as (
    select
        observations.indicator,
        observations.time_period,
        definitions.period_kind,
        {{ try_cast("substring(observations.time_period, 1, 4)", "integer") }} as first_year,
        count(*) as cells,
        count(distinct case when areas.area_type = 'DEP' then areas.ref_area end) as departments_found
    from {{ ref("fct_observation") }} as observations
    inner join {{ ref("dim_area") }} as areas
        on observations.ref_area = areas.ref_area
    inner join {{ ref("dim_indicator") }} as definitions
        on observations.indicator = definitions.indicator
    where
        case definitions.period_kind
            {%- for kind, code in period_codes().items() %}
            when '{{ kind }}' then {{ matches("observations.time_period", code) }}
            {%- endfor %}
        end
    group by observations.indicator, observations.time_period, definitions.period_kind
),

dated as (
    select
        indicator,
        cells,
        case
            when period_kind = 'quarter'
                then 4 * first_year + {{ try_cast("substring(time_period, 7, 1)", "integer") }}
            else first_year
        end as period_rank,
        first_year >= {{ var("first_year_expected") }} as is_expected
    from periods
),

indicators as (
    select
        indicator,
        max(cells) as cells,
        sum(case when is_expected then 1 end) as periods_found,
        max(period_rank) - min(case when is_expected then period_rank end) + 1 as periods_between
    from dated
    group by indicator
)

select
    periods.indicator,
    periods.time_period,
    periods.cells,
    indicators.cells as cells_expected,
    periods.departments_found,
    indicators.periods_found,
    indicators.periods_between
from periods
inner join indicators
    on periods.indicator = indicators.indicator
cross join departments
where
    (periods.departments_found > 0 and periods.departments_found <> departments.expected)
    or (
        indicators.indicator in ({{ consecutive | join(", ") or "null" }})
        and (periods.cells <> indicators.cells or indicators.periods_found <> indicators.periods_between)
    )
