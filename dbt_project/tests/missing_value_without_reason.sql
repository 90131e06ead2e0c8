-- Fails when a value is missing without a status that says why, or has a status that says it is missing.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

select
    indicator,
    ref_area,
    time_period,
    category,
    obs_value,
    obs_status
from {{ ref("fct_observation") }}
where (obs_value is null) <> (obs_status in ('L', 'O', 'Q', 'M'))
