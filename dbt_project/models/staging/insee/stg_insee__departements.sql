select
    case when length(dep) < 2 then '0' || dep else dep end as department_code,
    libelle as department_label,
    lpad(reg, 2, '0') as region_code,
    lpad(cheflieu, 5, '0') as capital_code,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_departements") }}
