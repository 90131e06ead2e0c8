with rates as (
    select
        'REG-' || {{ region_code() }} as ref_area,
        time_period,
        breakdown,
        category,
        rate as obs_value,
        obs_status,
        extract_id
    from {{ ref("int_access_to_work__publics") }}
)

{{ as_observations("rates", indicator="2B4_acces_emploi_publics_prioritaires") }}
