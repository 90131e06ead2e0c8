select
    lpad(reg, 2, '0') as region_code,
    libelle as region_label,
    lpad(cheflieu, 5, '0') as capital_code,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_regions") }}
