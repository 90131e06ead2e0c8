select
    libelle as department_label,
    _extract_id as extract_id,
    _line as line,
    case when length(dep) < 2 then '0' || dep else dep end as department_code,
    lpad(reg, 2, '0') as region_code,
    lpad(cheflieu, 5, '0') as capital_code
from {{ source("landed", "insee_departements") }}
