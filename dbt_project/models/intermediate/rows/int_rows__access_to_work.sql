-- A rate of access to work is one row of the dashboard's reading.
select
    '2B4_acces_emploi_publics_prioritaires' as indicator,
    'REG-' || readings.area_code as ref_area,
    readings.time_period,
    publics.breakdown,
    publics.category,
    'france_travail_acces_emploi' as source_id,
    readings.extract_id,
    readings.line,
    case when not readings.is_masked then readings.rate end as obs_value,
    null as numerator,
    null as denominator
from {{ ref("stg_france_travail__acces_emploi") }} as readings
inner join {{ ref("access_to_work_publics") }} as publics
    on
        readings.nomenclature_code = publics.nomenclature_code
        and readings.characteristic_type = publics.characteristic_type
        and readings.characteristic_code = publics.characteristic_code
where readings.area_type = 'REG' and readings.area_code = {{ region_code() }}
