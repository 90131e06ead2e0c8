select
    libelle as region_label,
    _extract_id as extract_id,
    _line as line,
    lpad(reg, 2, '0') as region_code,
    lpad(cheflieu, 5, '0') as capital_code
from {{ source("landed", "insee_regions") }}
