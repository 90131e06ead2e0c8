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
        collection,
        extract_id
    from {{ ref("int_seniors__rates") }}
    where rate = 'activity'
)

{{ as_observations(
    "rates",
    indicator="1C5_taux_activite_seniors",
    collection="collection",
    numerator="numerator",
    denominator="denominator",
) }}
