select
    geo as zone_code,
    time_period,
    age,
    empsta_enq as activity_status,
    obs_status,
    {{ to_decimal("obs_value") }} as obs_value,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_emploi_zones") }}
