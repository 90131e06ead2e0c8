-- A number of PCRH is one line of the year's deposit.
select
    areas.ref_area,
    deposits.time_period,
    '_T' as breakdown,
    '_T' as category,
    deposits.extract_id,
    deposits.line,
    deposits.missions as obs_value,
    null as numerator,
    null as denominator,
    deposits.source_id,
    case deposits.theme when 'tous' then '1C1_pcrh' when 'transition_ecologique' then '1A4_pcrh_te' end as indicator
from {{ ref("int_pcrh__deposits") }} as deposits
inner join {{ ref("int_areas") }} as areas
    on
        (areas.area_type = 'REG' and deposits.department_code = 'total')
        or (areas.area_type = 'DEP' and deposits.department_code = areas.code)
where deposits.theme in ('tous', 'transition_ecologique')
