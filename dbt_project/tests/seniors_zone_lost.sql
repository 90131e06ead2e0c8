-- Fails when a line of the Cariforef's table reaches no observation: an area that is not expected in it.
{{ config(meta={"dagster": {"ref": {"name": "int_seniors__rates"}}}) }}

select printed.area_code
from {{ ref("stg_cariforef__seniors_zones") }} as printed
left join {{ ref("int_areas") }} as areas
    on printed.area_code = areas.code and areas.area_type in ('REG', 'ZE2020')
left join {{ ref("int_seniors__rates") }} as rates
    on areas.ref_area = rates.ref_area and rates.obs_status <> 'L'
group by printed.area_code
-- one observation for each of the three columns printed
having count(rates.ref_area) <> 3
