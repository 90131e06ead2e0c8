with rates as (
    select
        ref_area,
        time_period,
        '_T' as breakdown,
        '_T' as category,
        numerator,
        denominator,
        obs_value,
        obs_status,
        extract_id
    from {{ ref("int_census__rates") }}
    where rate = 'employment' and age = 'Y15T64'
)

{{ as_observations(
    "rates",
    indicator="1C2_taux_emploi_15_64",
    numerator="numerator",
    denominator="denominator",
) }}
