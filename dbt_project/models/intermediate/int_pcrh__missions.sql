-- Every theme × year × area (the region and each of its departments), absent or not. The region's number is the
-- producer's own total, never our sum: a gap between the two is a finding. Both indicators made of them, all PCRH and
-- those about ecological transition, are due at once.
with deposits as (
    select
        time_period,
        department_code,
        theme,
        missions,
        is_masked,
        collection,
        comment,
        extract_id
    from {{ ref("int_pcrh__deposits") }}
),

expected as (
    {{ expected_periods("1C1_pcrh", "deposits") | trim | indent }}
),

reported as (
    select
        time_period,
        count(missions) as values_given,
        max(collection) as collection,
        max(extract_id) as extract_id
    from deposits
    group by time_period
),

years as (
    select
        expected.time_period,
        reported.collection,
        reported.extract_id,
        coalesce(reported.values_given, 0) as values_given
    from expected
    left join reported
        on expected.time_period = reported.time_period
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
    {{ obs_status(
        "deposits.extract_id",
        "deposits.missions",
        masked="deposits.is_masked",
        awaited=awaited("1C1_pcrh", "deposits.extract_id", "years.values_given", "years.time_period"),
    ) }} as obs_status,
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
