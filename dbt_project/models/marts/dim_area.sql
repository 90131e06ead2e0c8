select
    ref_area,
    area_type,
    code,
    label,
    is_part
from {{ ref("int_areas") }}
