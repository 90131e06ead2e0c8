-- Fails when a line of the dashboard reaches no observation: a public that has no name here yet.
{{ config(meta={"dagster": {"ref": {"name": "int_access_to_work__publics"}}}) }}

select
    readings.nomenclature_code,
    readings.characteristic_type,
    readings.characteristic_code
from {{ ref("stg_france_travail__acces_emploi") }} as readings
left join {{ ref("access_to_work_publics") }} as publics
    on
        readings.nomenclature_code = publics.nomenclature_code
        and readings.characteristic_type = publics.characteristic_type
        and readings.characteristic_code = publics.characteristic_code
left join {{ ref("int_access_to_work__publics") }} as observations
    on
        readings.time_period = observations.time_period
        and publics.breakdown = observations.breakdown
        and publics.category = observations.category
        and observations.obs_status <> 'L'
where observations.category is null
