{#- A yearly deposit of the DREETS, one row per department (or the region's own total) and theme. -#}
{% macro stage_pcrh_deposit(extract) %}
select
    annee as time_period,
    code_departement as department_code,
    departement as department_label,
    theme,
    {{ to_decimal("nombre") }} as missions,
    {{ is_masked("nombre") }} as is_masked,
    mode_collecte as collection,
    commentaire as comment,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{% endmacro %}
