-- Fails when a line of a DREETS deposit reaches no observation (an area outside the region, a theme nobody reads) or
-- reaches it with another number.
{{ config(meta={"dagster": {"ref": {"name": "int_pcrh__missions"}}}) }}

with deposited as (
    select
        theme,
        time_period,
        count(*) as row_count,
        sum(missions) as missions
    from {{ ref("int_pcrh__deposits") }}
    group by theme, time_period
),

kept as (
    select
        theme,
        time_period,
        count(*) as row_count,
        sum(missions) as missions
    from {{ ref("int_pcrh__missions") }}
    where obs_status <> 'L'
    group by theme, time_period
)

select
    deposited.theme,
    deposited.time_period,
    deposited.row_count as rows_deposited,
    kept.row_count as rows_kept,
    deposited.missions as missions_deposited,
    kept.missions as missions_kept
from deposited
left join kept
    on
        deposited.theme = kept.theme
        and deposited.time_period = kept.time_period
where
    kept.row_count is null
    or deposited.row_count <> kept.row_count
    or deposited.missions is distinct from kept.missions
