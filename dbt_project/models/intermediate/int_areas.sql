-- A zone, a committee or an EPCI that straddles the region's border is there as the part of it that is in the region,
-- and is named so.
{{ config(materialized="table") }}

with region as (
    select
        region_code,
        region_label
    from {{ ref("regions") }}
    where region_code = {{ region_code() }}
),

communes as (
    select
        commune_code,
        zone_code,
        zone_label,
        case when region_code = {{ region_code() }} then 1 else 0 end as is_inside
    from {{ ref("stg_insee__zones_emploi") }}
),

zones as (
    select
        zone_code as code,
        max(zone_label) as label,
        min(is_inside) = 0 as is_part
    from communes
    group by zone_code
    having max(is_inside) = 1
),

committees as (
    select
        clpe.clpe_code as code,
        max(clpe.clpe_label) as label,
        -- The list has the communes of one region: a committee of another one is a part too.
        min(communes.is_inside) = 0 or max(departments.region_code) <> {{ region_code() }} as is_part
    from {{ ref("clpe") }} as clpe
    inner join {{ ref("departments") }} as departments
        on clpe.department_code = departments.department_code
    inner join {{ ref("int_clpe__communes") }} as members
        on clpe.clpe_code = members.clpe_code
    inner join communes
        on members.commune_code = communes.commune_code
    group by clpe.clpe_code
    having max(communes.is_inside) = 1
),

epci as (
    select
        members.epci_code as code,
        max(members.epci_label) as label,
        min(communes.is_inside) = 0 as is_part
    from {{ ref("stg_dgcl__epci") }} as members
    inner join communes
        on members.commune_code = communes.commune_code
    where members.epci_code is not null
    group by members.epci_code
    having max(communes.is_inside) = 1
),

areas as (
    select
        'REG' as area_type,
        'REG-' || region_code as ref_area,
        region_code as code,
        region_label as label,
        false as is_part
    from region
    union all
    select
        'DEP' as area_type,
        'DEP-' || department_code as ref_area,
        department_code as code,
        department_label as label,
        false as is_part
    from {{ ref("departments") }}
    where region_code = {{ region_code() }}
    union all
    select
        'ZE2020' as area_type,
        'ZE2020-' || code as ref_area,
        code,
        label,
        is_part
    from zones
    union all
    select
        'CLPE' as area_type,
        {{ clpe_ref_area("code") }} as ref_area,
        code,
        label,
        is_part
    from committees
    union all
    select
        'EPCI' as area_type,
        'EPCI-' || code as ref_area,
        code,
        label,
        is_part
    from epci
)

select
    areas.ref_area,
    areas.area_type,
    areas.code,
    areas.is_part,
    region.region_code,
    area_types.vintage,
    case when areas.is_part then areas.label || ' (partie ' || region.region_label || ')' else areas.label end as label
from areas
cross join region
left join {{ ref("area_types") }} as area_types
    on areas.area_type = area_types.area_type
