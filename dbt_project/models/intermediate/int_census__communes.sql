-- Every commune of the region × age × census of that age × count that a rate needs, absent or not.
with counts as (
    select
        census.age,
        census.time_period,
        census.activity_status,
        census.obs_value,
        census.extract_id,
        -- A census keeps the communes of its own year; those merged since are counted in the new one.
        coalesce(merged.commune_code, census.commune_code) as commune_code
    from {{ ref("stg_insee__emploi_communes") }} as census
    left join {{ ref("merged_communes") }} as merged
        on census.commune_code = merged.former_commune_code
    where
        census.sex = '_T'
        and census.education = '_T'
        and census.measure = 'POP'
        and census.activity_status in ('1', '1T2', '_T')
        -- K: INSEE counts it in another row already
        and coalesce(census.obs_status, 'A') <> 'K'
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
