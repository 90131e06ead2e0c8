select
    ref_area,
    area_type,
    code,
    label,
    vintage,
    is_part,
    region_code
from {{ ref("int_areas") }}
