-- The region is that of the department's code, never of its label.
select
    sessions.source_id,
    sessions.session,
    sessions.course_code,
    departments.region_code,
    sessions.course_family,
    sessions.admitted,
    sessions.admitted_women,
    sessions.extract_id,
    sessions.line
from {{ ref("int_parcoursup__sessions") }} as sessions
left join {{ ref("departments") }} as departments
    on sessions.department_code = departments.department_code
