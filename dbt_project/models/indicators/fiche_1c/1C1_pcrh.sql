with missions as (
    select
        ref_area,
        time_period,
        '_T' as breakdown,
        '_T' as category,
        missions as obs_value,
        obs_status,
        collection,
        comment,
        extract_id
    from {{ ref("int_pcrh__missions") }}
    where theme = 'tous'
)

{{ as_observations(
    "missions",
    indicator="1C1_pcrh",
    collection="collection",
    reporters="'DREETS'",
    comment="comment",
) }}
