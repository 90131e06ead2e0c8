-- Every session × course family that was gendered in the base session. The base session is declared, not found: a night
-- without it must not move the list. A family stays in the list whatever becomes of it, and its absence is a fact. A
-- session that is due and was not received has its rows, without a value: it is late. None is awaited of a portal that
-- stopped before the years that are expected, as the recordings do.
{%- set threshold = 45 %}

with reported as (
    select
        session as time_period,
        count(admitted) as values_given,
        max(extract_id) as extract_id
    from {{ ref("int_parcoursup__admissions") }}
    group by session
),

expected as (
    {{ expected_periods("2A3_part_filles_voeux", "reported") | trim | indent }}
),

sessions as (
    select
        expected.time_period as session,
        reported.extract_id,
        coalesce(reported.values_given, 0) as values_given
    from expected
    left join reported
        on expected.time_period = reported.time_period
    where
        reported.time_period is not null
        or (select max(past.time_period) from reported as past) >= '{{ var("first_year_expected") - 1 }}'
),

families as (
    select
        session,
        course_family,
        case when count(*) = count(admitted) then sum(admitted) end as admitted,
        case when count(*) = count(admitted_women) then sum(admitted_women) end as admitted_women
    from {{ ref("int_parcoursup__admissions") }}
    where region_code = {{ region_code() }}
    group by session, course_family
),

gendered as (
    select
        families.course_family,
        families.session as base_session
    from families
    where
        families.session = '{{ var("gendered_courses_base_session") }}'
        and {{ percentage("families.admitted_women", "families.admitted") }} < {{ threshold }}
)

select
    sessions.session,
    gendered.course_family,
    gendered.base_session,
    families.admitted,
    families.admitted_women,
    {{ obs_status(
        "families.session",
        "families.admitted + families.admitted_women",
        awaited=awaited("2A3_part_filles_voeux", "families.session", "sessions.values_given", "sessions.session"),
    ) }} as obs_status,
    sessions.extract_id
from sessions
cross join gendered
left join families
    on
        sessions.session = families.session
        and gendered.course_family = families.course_family
