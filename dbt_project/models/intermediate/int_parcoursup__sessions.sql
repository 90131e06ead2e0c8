-- All the sessions, national, course by course.
{%- for session in parcoursup_sessions() %}
select
    session,
    department_code,
    course_family,
    admitted,
    admitted_women,
    extract_id,
    line
from {{ ref("stg_parcoursup__" ~ session) }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
