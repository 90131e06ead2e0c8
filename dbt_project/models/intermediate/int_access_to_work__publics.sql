-- Every reading × public of the dashboard, absent or not, for the region.
with readings as (
    select
        time_period,
        nomenclature_code,
        characteristic_type,
        characteristic_code,
        rate,
        is_masked,
        line,
        extract_id
    from {{ ref("stg_france_travail__acces_emploi") }}
    where area_type = 'REG' and area_code = {{ region_code() }}
),

periods as (
    select
        time_period,
        max(extract_id) as extract_id
    from readings
    group by time_period
)

select
    periods.time_period,
    publics.breakdown,
    publics.category,
    case when not readings.is_masked then readings.rate end as rate,
    {{ obs_status("readings.line", "readings.rate", masked="readings.is_masked") }} as obs_status,
    periods.extract_id
from periods
cross join {{ ref("access_to_work_publics") }} as publics
left join readings
    on
        periods.time_period = readings.time_period
        and publics.nomenclature_code = readings.nomenclature_code
        and publics.characteristic_type = readings.characteristic_type
        and publics.characteristic_code = readings.characteristic_code
