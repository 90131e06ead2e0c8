-- A share of women admitted is made of the courses of its family, the share of the whole of those of every family.
with courses as (
    select
        admissions.source_id,
        admissions.session,
        admissions.course_family,
        admissions.admitted_women,
        admissions.admitted,
        admissions.extract_id,
        admissions.line
    from {{ ref("int_parcoursup__admissions") }} as admissions
    inner join {{ ref("int_parcoursup__gendered_families") }} as families
        on
            admissions.session = families.session
            and admissions.course_family = families.course_family
    where admissions.region_code = {{ region_code() }}
),

cells as (
    select
        source_id,
        session,
        'famille_formation' as breakdown,
        course_family as category,
        admitted_women,
        admitted,
        extract_id,
        line
    from courses
    union all
    select
        source_id,
        session,
        '_T' as breakdown,
        '_T' as category,
        admitted_women,
        admitted,
        extract_id,
        line
    from courses
)

select
    '2A3_part_filles_voeux' as indicator,
    'REG-' || {{ region_code() }} as ref_area,
    session as time_period,
    breakdown,
    category,
    source_id,
    extract_id,
    line,
    null as obs_value,
    admitted_women as numerator,
    admitted as denominator
from cells
