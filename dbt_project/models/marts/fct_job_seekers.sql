-- A number that two sheets give is one row; given differently, it is two, and the test of the key fails.
with series as (
    select distinct
        area_code,
        registration_category,
        sex,
        age,
        seniority,
        time_period,
        job_seekers,
        cast(substr(time_period, 1, 4) as integer) as year_number,
        substr(time_period, 6) as season
    from {{ ref("stg_france_travail__series_cvs") }}
    where area_code in ({{ region_code() }}, 'FR', 'FRM')
)

select
    latest.area_code,
    latest.registration_category,
    latest.sex,
    latest.age,
    latest.seniority,
    latest.time_period,
    latest.job_seekers,
    {{ percentage("latest.job_seekers - former.job_seekers", "former.job_seekers") }} as change_over_a_year,
    latest.year_number = 2025 as is_across_break
from series as latest
left join series as former
    on
        latest.area_code = former.area_code
        and latest.registration_category = former.registration_category
        and latest.sex = former.sex
        and latest.age = former.age
        and latest.seniority = former.seniority
        and latest.season = former.season
        and latest.year_number = former.year_number + 1
