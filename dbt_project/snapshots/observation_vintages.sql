{#- Every vintage of every observation. A cell has a new one when something that a reader sees of it changes: its
    extract alone does not, for a deposit sent again with one number corrected changes one cell.
    VIGIE_UNSOUND names the indicators whose tables failed a test; where a line set aside may belong is known from that
    line. The open vintages of these cells stay as they are. A build of empty tables (--empty) closes nothing. -#}
{% snapshot observation_vintages %}
{{ config(
    unique_key=["indicator", "ref_area", "time_period", "breakdown", "category"],
    strategy="check",
    check_cols=[
        "obs_value", "numerator", "denominator", "unit_measure", "obs_status", "conf_status", "reference_period",
        "reporters", "definition", "collection", "comment",
    ],
    hard_deletes="ignore" if flags.EMPTY else "invalidate",
    snapshot_meta_column_names={"dbt_valid_from": "valid_from", "dbt_valid_to": "valid_to"},
) }}
{%- set columns = observation_columns() | join(",\n    ") %}
{%- set unsound = env_var("VIGIE_UNSOUND", "").split(",") | select %}
with unsound as (
    select
        indicator,
        legible_period,
        legible_area
    from {{ ref("stg_depots__set_aside") }}
    where indicator is not null
    {%- for indicator in unsound %}
    union all
    select
        '{{ indicator }}' as indicator,
        cast(null as string) as legible_period,
        cast(null as string) as legible_area
    {%- endfor %}
)

select
    {{ columns }}
from {{ ref("fct_observation") }} as observations
where not exists ({{ unsound_of("observations") }})
{%- if load_relation(this) %}
union all
select
    {{ columns }}
from {{ this }} as vintages
where valid_to is null and exists ({{ unsound_of("vintages") }})
{%- endif %}
{% endsnapshot %}
