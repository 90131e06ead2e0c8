-- Fails when a rate is not its own numerator over its own denominator.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

select
    indicator,
    ref_area,
    time_period,
    category,
    obs_value,
    numerator,
    denominator
from {{ ref("fct_observation") }}
where
    unit_measure = 'pct'
    and abs(obs_value * cast(denominator as double) - 100 * cast(numerator as double)) > 0.000001 * denominator
