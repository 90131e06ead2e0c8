-- Fails when people admitted are lost or counted twice between the courses and the share: the families must add up to
-- the whole, and the whole to the courses of those families.
{{ config(meta={"dagster": {"ref": {"name": "2A3_part_filles_voeux"}}}) }}

with families as (
    select
        time_period,
        sum(numerator) as admitted_women,
        sum(denominator) as admitted
    from {{ ref("2A3_part_filles_voeux") }}
    where breakdown = 'famille_formation'
    group by time_period
),

courses as (
    select
        session as time_period,
        sum(admitted_women) as admitted_women,
        sum(admitted) as admitted
    from {{ ref("int_parcoursup__admissions") }}
    where
        region_code = {{ region_code() }}
        and course_family in (select listed.category from {{ ref("2A3_part_filles_voeux") }} as listed)
    group by session
)

select
    whole.time_period,
    whole.numerator,
    families.admitted_women as women_in_families,
    courses.admitted_women as women_in_courses,
    whole.denominator,
    families.admitted as admitted_in_families,
    courses.admitted as admitted_in_courses
from {{ ref("2A3_part_filles_voeux") }} as whole
inner join families
    on whole.time_period = families.time_period
inner join courses
    on whole.time_period = courses.time_period
where
    whole.breakdown = '_T'
    and whole.obs_status = 'A'
    and (
        whole.numerator <> families.admitted_women
        or whole.numerator <> courses.admitted_women
        or whole.denominator <> families.admitted
        or whole.denominator <> courses.admitted
    )
