-- Fails when a line of a DREETS deposit reaches no observation (an area outside the region, a theme nobody reads) or
-- reaches it with another number.
{{ config(meta={"dagster": {"ref": {"name": "int_pcrh__missions"}}}) }}

select
    deposits.theme,
    deposits.time_period,
    deposits.department_code,
    deposits.missions as missions_deposited,
    kept.missions as missions_kept
from {{ ref("int_pcrh__deposits") }} as deposits
left join {{ ref("int_areas") }} as areas
    on
        (areas.area_type = 'DEP' and deposits.department_code = areas.code)
        or (areas.area_type = 'REG' and deposits.department_code = 'total')
left join {{ ref("int_pcrh__missions") }} as kept
    on
        deposits.theme = kept.theme
        and deposits.time_period = kept.time_period
        and areas.ref_area = kept.ref_area
        and kept.obs_status <> 'L'
where kept.ref_area is null or deposits.missions is distinct from kept.missions
