-- Every session × course family that was gendered in the base session. The base session is declared, not found: a night
-- without it must not move the list. A family stays in the list whatever becomes of it, and its absence is a fact. A
-- session that was never received has no row, here nor below, and nothing tells that it is late.
{%- set threshold = 45 %}

with sessions as (
    select
        session,
        max(extract_id) as extract_id
    from {{ ref("int_parcoursup__admissions") }}
    group by session
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
    {{ obs_status("families.session", "families.admitted + families.admitted_women") }} as obs_status,
    sessions.extract_id
from sessions
cross join gendered
left join families
    on
        sessions.session = families.session
        and gendered.course_family = families.course_family
