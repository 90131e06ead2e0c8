-- Fails when an observation is written with a code that is in no code list: a category, a unit, a mode of collection,
-- a status of confidentiality, a reporting body. For dbt it is a warning, so that what is made of the observations is
-- made all the same; for the gate it is a failure like any other, of the indicators that it names.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

with observed as (
    select distinct
        indicator,
        breakdown,
        category,
        unit_measure,
        conf_status,
        collection,
        nullif(reporters, '') as reporters
    from {{ ref("fct_observation") }}
),

-- Bodies are written one after the other: those that are known must be as many as there are.
reporting_sets as (
    select
        observed.indicator,
        observed.reporters,
        1 + length(observed.reporters) - length(replace(observed.reporters, ', ', ',')) as bodies,
        count(distinct known.reporter_label) as known_bodies
    from observed
    left join {{ ref("reporters") }} as known
        on ', ' || observed.reporters || ', ' like '%, ' || known.reporter_label || ', %'
    where observed.reporters is not null
    group by observed.indicator, observed.reporters
)

select
    observed.indicator,
    'categories' as code_list,
    observed.breakdown || ' / ' || observed.category as code
from observed
left join {{ ref("categories") }} as known
    on
        observed.breakdown = known.breakdown
        and observed.category = known.category
where known.category is null
union
select
    observed.indicator,
    'units' as code_list,
    observed.unit_measure as code
from observed
left join {{ ref("units") }} as known
    on observed.unit_measure = known.unit_measure
where observed.unit_measure is not null and known.unit_measure is null
union
select
    observed.indicator,
    'collections' as code_list,
    observed.collection as code
from observed
left join {{ ref("collections") }} as known
    on observed.collection = known.collection
where observed.collection is not null and known.collection is null
union
select
    observed.indicator,
    'conf_statuses' as code_list,
    observed.conf_status as code
from observed
left join {{ ref("conf_statuses") }} as known
    on observed.conf_status = known.conf_status
where observed.conf_status is not null and known.conf_status is null
union
select
    indicator,
    'reporters' as code_list,
    reporters as code
from reporting_sets
where bodies <> known_bodies
