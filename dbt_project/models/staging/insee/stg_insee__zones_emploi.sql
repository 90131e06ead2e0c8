select
    codgeo as commune_code,
    libgeo as commune_label,
    ze2020 as zone_code,
    libze2020 as zone_label,
    ze2020_partie_reg as zone_part_code,
    dep as department_code,
    reg as region_code,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_zones_emploi") }}
