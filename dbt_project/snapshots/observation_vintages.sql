{#- Every vintage of every observation. A cell has a new one when something that a reader sees of it changes: its
    extract alone does not, for a deposit sent again with one number corrected changes one cell.
    VIGIE_UNSOUND names the indicators whose tables failed a test; those that a line set aside feeds are known from that
    line. Their open vintages stay as they are. A build of empty tables (--empty) closes nothing. -#}
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
    select indicator
    from {{ ref("stg_depots__set_aside") }}
    where indicator is not null
    {%- for indicator in unsound %}
    union all
    select '{{ indicator }}' as indicator
    {%- endfor %}
)

select
    {{ columns }}
from {{ ref("fct_observation") }}
where indicator not in (select unsound.indicator from unsound)
{%- if load_relation(this) %}
union all
select
    {{ columns }}
from {{ this }}
where valid_to is null and indicator in (select unsound.indicator from unsound)
{%- endif %}
{% endsnapshot %}
