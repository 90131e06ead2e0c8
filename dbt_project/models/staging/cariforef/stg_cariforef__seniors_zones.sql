select
    code_zone as area_code,
    zone_emploi as area_label,
    {{ to_decimal("taux_emploi_2021") }} as employment_rate_2021,
    {{ to_decimal("taux_emploi_2022") }} as employment_rate_2022,
    {{ to_decimal("taux_activite_2022") }} as activity_rate_2022,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "cariforef_seniors_zones") }}
