-- Every theme × year × area (the region and each of its departments), absent or not. The region's number is the
-- producer's own total, never our sum: a gap between the two is a finding.
with deposits as (
    select
        time_period,
        department_code,
        theme,
        missions,
        collection,
        comment,
        extract_id
    from {{ ref("int_pcrh__deposits") }}
),

years as (
    select
        time_period,
        max(collection) as collection,
        max(extract_id) as extract_id
    from deposits
    group by time_period
),

themes as (
    select 'tous' as theme
    union all
    select 'transition_ecologique' as theme
),

areas as (
    select
        ref_area,
        case when area_type = 'REG' then 'total' else code end as department_code
    from {{ ref("int_areas") }}
    where area_type in ('REG', 'DEP')
)

select
    themes.theme,
    areas.ref_area,
    years.time_period,
    deposits.missions,
    {{ obs_status("deposits.extract_id", "deposits.missions") }} as obs_status,
    coalesce(deposits.collection, years.collection) as collection,
    deposits.comment,
    coalesce(deposits.extract_id, years.extract_id) as extract_id
from years
cross join themes
cross join areas
left join deposits
    on
        years.time_period = deposits.time_period
        and themes.theme = deposits.theme
        and areas.department_code = deposits.department_code
