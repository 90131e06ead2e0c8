with zones as (
    {%- for year in range(2003, 2021) %}
    select
        ze2020 as zone_code,
        libze2020 as zone_label,
        '{{ year }}' as time_period,
        {{ to_decimal("taux_" ~ year) }} as unemployment_rate,
        _extract_id as extract_id,
        _line as line
    from {{ source("landed", "insee_chomage_zones") }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    zone_code,
    zone_label,
    time_period,
    unemployment_rate,
    extract_id,
    line
from zones
