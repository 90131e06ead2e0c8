-- Fails when the observations of an indicator are in another unit than its definition says. Those that a producer
-- declares are in the unit that it wrote: they are judged cell by cell, by the rule VCO.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}

{%- set declaring = ["macro.vigie.declared_indicator", "macro.vigie.declared_cells"] %}
{%- set defined = ["select null as indicator, null as unit_measure where false"] %}
{%- if execute %}
{%- for node in graph.nodes.values() if node.resource_type == "model" and "indicators" in node.fqn
    and not declaring | select("in", node.depends_on.macros) | list %}
{%- set unit = node.config.meta.vigie.unit_measure %}
{%- do defined.append("select '" ~ node.name ~ "' as indicator, '" ~ unit ~ "' as unit_measure") %}
{%- endfor %}
{%- endif %}

with definitions as (
    {{ defined | join("\n    union all\n    ") }}
)

select
    observations.indicator,
    observations.unit_measure,
    definitions.unit_measure as unit_defined
from {{ ref("fct_observation") }} as observations
inner join definitions
    on observations.indicator = definitions.indicator
where observations.unit_measure is distinct from definitions.unit_measure
