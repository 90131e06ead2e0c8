-- Every commune of the region × age × census of that age × count that a rate needs, absent or not.
with counts as (
    {{ census_counts() | trim | indent }}
),

observed as (
    select
        commune_code,
        age,
        time_period,
        activity_status,
        count(*) as row_count,
        case when count(*) = count(obs_value) then sum(obs_value) end as obs_value
    from counts
    group by commune_code, age, time_period, activity_status
),

periods as (
    select
        age,
        time_period,
        max(extract_id) as extract_id
    from counts
    group by age, time_period
),

communes as (
    select distinct commune_code
    from {{ ref("int_communes_areas") }}
),

activity_statuses as (
    -- employed, active, and everybody
    select '1' as activity_status
    union all
    select '1T2' as activity_status
    union all
    select '_T' as activity_status
),

expected as (
    select
        communes.commune_code,
        periods.age,
        periods.time_period,
        activity_statuses.activity_status,
        periods.extract_id
    from communes
    cross join periods
    cross join activity_statuses
)

select
    expected.commune_code,
    expected.age,
    expected.time_period,
    expected.activity_status,
    observed.obs_value,
    {{ obs_status("observed.row_count", "observed.obs_value") }} as obs_status,
    expected.extract_id
from expected
left join observed
    on
        expected.commune_code = observed.commune_code
        and expected.age = observed.age
        and expected.time_period = observed.time_period
        and expected.activity_status = observed.activity_status
