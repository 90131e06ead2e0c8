-- Fails when an indicator is written but left out of fct_observation: it would never be checked nor published.
{{ config(meta={"dagster": {"ref": {"name": "fct_observation"}}}) }}
-- depends_on: {{ ref("fct_observation") }}

{%- set left_out = [] %}
{%- if execute %}
{%- set published = graph.nodes["model.vigie.fct_observation"].depends_on.nodes %}
{%- for definition in indicator_definitions() if "model.vigie." ~ definition.indicator not in published %}
{%- do left_out.append("select '" ~ definition.indicator ~ "' as indicator") %}
{%- endfor %}
{%- endif %}

{{ left_out | join("\nunion all\n") or "select null as indicator where false" }}
