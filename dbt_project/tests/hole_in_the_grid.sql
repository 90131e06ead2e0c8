-- Fails when an indicator that is broken down by department has not one cell for each of them in each period.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

with departments as (
    select count(*) as expected
    from {{ ref("dim_area") }}
    where area_type = 'DEP'
),

cells as (
    select
        observations.indicator,
        observations.time_period,
        sum(case when areas.area_type = 'DEP' then 1 else 0 end) as found
    from {{ ref("fct_observation") }} as observations
    inner join {{ ref("dim_area") }} as areas
        on observations.ref_area = areas.ref_area
    group by observations.indicator, observations.time_period
)

select
    cells.indicator,
    cells.time_period,
    cells.found,
    departments.expected
from cells
cross join departments
where cells.found > 0 and cells.found <> departments.expected
