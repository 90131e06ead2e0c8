with region as (
    select
        region_code as code,
        region_label as label,
        'REG' as area_type,
        false as is_part,
        'REG-' || region_code as ref_area
    from {{ ref("regions") }}
    where region_code = {{ region_code() }}
),

departments as (
    select
        department_code as code,
        department_label as label,
        'DEP' as area_type,
        false as is_part,
        'DEP-' || department_code as ref_area
    from {{ ref("departments") }}
    where region_code = {{ region_code() }}
),

zones as (
    select
        zone_code as code,
        'ZE2020' as area_type,
        'ZE2020-' || zone_code as ref_area,
        max(zone_label) as label,
        -- The workbook names a regional part only where the zone straddles a border.
        count(zone_part_code) > 0 as is_part
    from {{ ref("stg_insee__zones_emploi") }}
    where region_code = {{ region_code() }}
    group by zone_code
)

select
    ref_area,
    area_type,
    code,
    label,
    is_part
from region
union all
select
    ref_area,
    area_type,
    code,
    label,
    is_part
from departments
union all
select
    ref_area,
    area_type,
    code,
    label,
    is_part
from zones
