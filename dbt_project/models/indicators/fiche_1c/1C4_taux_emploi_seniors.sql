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
    where rate = 'employment'
)

{{ as_observations(
    "rates",
    indicator="1C4_taux_emploi_seniors",
    collection="collection",
    numerator="numerator",
    denominator="denominator",
) }}
