select
    indicator,
    ref_area,
    time_period,
    breakdown,
    category,
    cast(
        row_number() over (
            partition by indicator, ref_area, time_period, breakdown, category
            order by valid_from
        ) as integer
    ) as vintage,
    valid_from,
    valid_to,
    obs_value,
    numerator,
    denominator,
    unit_measure,
    obs_status,
    conf_status,
    reference_period,
    reporters,
    definition,
    collection,
    extract_id,
    comment
from {{ ref("observation_vintages") }}
