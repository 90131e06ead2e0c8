with families as (
    select
        session,
        base_session,
        course_family,
        admitted_women,
        admitted,
        obs_status,
        extract_id
    from {{ ref("int_parcoursup__gendered_families") }}
),

-- The whole is what the families present add up to: one that closed admits nobody, it does not make the whole unknown.
-- One whose count is empty does.
whole as (
    select
        session,
        base_session,
        sum(admitted_women) as admitted_women,
        sum(admitted) as admitted,
        case
            when count(*) = sum(case when obs_status = 'L' then 1 else 0 end) then 'L'
            when count(*) = sum(case when obs_status = 'Y' then 1 else 0 end) then 'Y'
            when sum(case when obs_status = 'O' then 1 else 0 end) > 0 then 'O'
            else 'A'
        end as obs_status,
        max(extract_id) as extract_id
    from families
    group by session, base_session
),

counts as (
    select
        session,
        base_session,
        'famille_formation' as breakdown,
        course_family as category,
        admitted_women,
        admitted,
        obs_status,
        extract_id
    from families
    union all
    select
        session,
        base_session,
        '_T' as breakdown,
        '_T' as category,
        admitted_women,
        admitted,
        obs_status,
        extract_id
    from whole
),

shares as (
    select
        'REG-' || {{ region_code() }} as ref_area,
        session as time_period,
        base_session,
        breakdown,
        category,
        case when obs_status = 'A' then admitted_women end as numerator,
        case when obs_status = 'A' then admitted end as denominator,
        case when obs_status = 'A' then {{ percentage("admitted_women", "admitted") }} end as obs_value,
        case when obs_status = 'A' and admitted = 0 then 'M' else obs_status end as obs_status,
        extract_id
    from counts
)

{{ as_observations(
    "shares",
    indicator="2A3_part_filles_voeux",
    numerator="numerator",
    denominator="denominator",
) }}
