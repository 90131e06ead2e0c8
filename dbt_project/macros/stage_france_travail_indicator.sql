{#- An indicator of France Travail's API, one row per period, nomenclature and characteristic. -#}
{% macro stage_france_travail_indicator(extract, value, name) %}
select
    date_maj as updated_at,
    code_indicateur as indicator_code,
    code_type_territoire as area_type,
    code_territoire as area_code,
    code_type_periode as period_type,
    code_periode as time_period,
    code_nomenclature as nomenclature_code,
    code_type_caract as characteristic_type,
    code_caract as characteristic_code,
    lib_caract as characteristic_label,
    {{ to_decimal(value) }} as {{ name }},
    coalesce(lower(masque) = 'true', false) as is_masked,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{% endmacro %}
