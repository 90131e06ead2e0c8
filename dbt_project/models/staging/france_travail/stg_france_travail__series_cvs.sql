select
    landed.onglet as sheet,
    landed.serie as series,
    known.registration_category,
    known.area_code,
    known.sex,
    known.age,
    known.seniority,
    replace(landed.trimestre, 'T', '-Q') as time_period,
    {{ to_decimal("landed.nombre") }} as job_seekers,
    landed._extract_id as extract_id,
    landed._line as line
from {{ source("landed", "france_travail_series_cvs") }} as landed
left join {{ ref("job_seeker_series") }} as known
    on landed.onglet = known.sheet and landed.serie = known.series
