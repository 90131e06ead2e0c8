select
    reporter_code,
    reporter_label,
    reporter_name,
    reporter_kind
from {{ ref("reporters") }}
