select
    -- "2020-COM-44001": year of the geographic code, level, code
    {{ dbt.split_part("geo", "'-'", 1) }} as geography_year,
    {{ dbt.split_part("geo", "'-'", 3) }} as commune_code,
    time_period,
    age,
    sex,
    educ as education,
    empsta_enq as activity_status,
    rp_measure as measure,
    freq as frequency,
    obs_status,
    {{ to_decimal("obs_value") }} as obs_value,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_emploi_communes") }}
