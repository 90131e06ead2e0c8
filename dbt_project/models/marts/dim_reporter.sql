select
    reporter_code,
    reporter_label,
    reporter_kind
from {{ ref("reporters") }}
