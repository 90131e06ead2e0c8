-- A rate of access to work is one row of the dashboard's reading.
select
    readings.time_period,
    publics.breakdown,
    publics.category,
    readings.extract_id,
    readings.line,
    '2B4_acces_emploi_publics_prioritaires' as indicator,
    'france_travail_acces_emploi' as source_id,
    null as numerator,
    null as denominator,
    'REG-' || readings.area_code as ref_area,
    case when not readings.is_masked then readings.rate end as obs_value
from {{ ref("stg_france_travail__acces_emploi") }} as readings
inner join {{ ref("access_to_work_publics") }} as publics
    on
        readings.nomenclature_code = publics.nomenclature_code
        and readings.characteristic_type = publics.characteristic_type
        and readings.characteristic_code = publics.characteristic_code
where readings.area_type = 'REG' and readings.area_code = {{ region_code() }}
