-- Every rate × year × area (the region and its zones), absent or not. The zones that straddle the region's border are
-- not expected: the producer gives a zone's own rate, and a part has none.
with columns_printed as (
    select
        'employment' as rate,
        '2021' as time_period
    union all
    select
        'employment' as rate,
        '2022' as time_period
    union all
    select
        'activity' as rate,
        '2022' as time_period
),

extracts as (
    select max(extract_id) as extract_id
    from {{ ref("stg_cariforef__seniors_zones") }}
    having count(*) > 0
),

areas as (
    select
        ref_area,
        code
    from {{ ref("int_areas") }}
    where area_type in ('REG', 'ZE2020') and not is_part
),

expected as (
    select
        columns_printed.rate,
        columns_printed.time_period,
        areas.ref_area,
        areas.code,
        extracts.extract_id
    from columns_printed
    cross join areas
    cross join extracts
),

joined as (
    select
        expected.rate,
        expected.time_period,
        expected.ref_area,
        expected.extract_id,
        printed.line,
        case
            when expected.rate = 'employment' and expected.time_period = '2021' then printed.employment_rate_2021
            when expected.rate = 'employment' and expected.time_period = '2022' then printed.employment_rate_2022
            when expected.rate = 'activity' and expected.time_period = '2022' then printed.activity_rate_2022
        end as obs_value
    from expected
    left join {{ ref("stg_cariforef__seniors_zones") }} as printed
        on expected.code = printed.area_code
)

select
    rate,
    time_period,
    ref_area,
    obs_value,
    {{ obs_status("line", "obs_value") }} as obs_status,
    extract_id
from joined
