{#- The indicators that a producer declares by hand, in the long table that is the same for all of them. -#}
{% macro stage_declared_indicators(extract) %}
select
    indicateur as indicator,
    territoire as area_code,
    periode as time_period,
    coalesce(nullif(ventilation, 'total'), '_T') as breakdown,
    coalesce(nullif(categorie, 'total'), '_T') as category,
    {{ to_decimal("valeur") }} as obs_value,
    {{ is_masked("valeur") }} as is_masked,
    unite as unit_measure,
    periode_reference as reference_period,
    repondants as reporters,
    mode_collecte as collection,
    commentaire as comment,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{% endmacro %}
