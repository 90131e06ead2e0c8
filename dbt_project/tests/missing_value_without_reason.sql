-- Fails when a value is missing without a status that says why, or has a status that says it is missing.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

select
    observations.indicator,
    observations.ref_area,
    observations.time_period,
    observations.category,
    observations.obs_value,
    observations.obs_status
from {{ ref("fct_observation") }} as observations
inner join {{ ref("obs_statuses") }} as statuses
    on observations.obs_status = statuses.obs_status
where (observations.obs_value is null) <> statuses.is_missing
