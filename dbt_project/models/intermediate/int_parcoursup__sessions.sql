-- All the sessions, national, course by course. The extract being published only counts for a session that has
-- no extract of its own yet.
with own as (
    select distinct session
    from {{ ref("stg_parcoursup__sessions") }}
    where source_id <> 'parcoursup_courante'
)

select
    courses.source_id,
    courses.session,
    courses.course_code,
    courses.department_code,
    courses.course_family,
    courses.admitted,
    courses.admitted_women,
    courses.extract_id,
    courses.line
from {{ ref("stg_parcoursup__sessions") }} as courses
left join own
    on courses.session = own.session
where courses.source_id <> 'parcoursup_courante' or own.session is null
