-- All the sessions, national, course by course. The extract being published only counts for a session that has
-- no extract of its own yet.
{%- set columns %}
    source_id,
    session,
    course_code,
    department_code,
    course_family,
    admitted,
    admitted_women,
    extract_id,
    line
{%- endset %}

with closed as (
    {%- for session in parcoursup_sessions() %}
    select {{- columns | indent(4) }}
    from {{ ref("stg_parcoursup__" ~ session) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

published as (
    select {{- columns | indent(4) }}
    from {{ ref("stg_parcoursup__courante") }}
    where session not in (select closed.session from closed)
)

select {{- columns }}
from closed
union all
select {{- columns }}
from published
