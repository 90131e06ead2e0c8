{#- A Parcoursup session, one row per course. Sessions have 85 to 118 columns; those named here are in all of them. -#}
{% macro stage_parcoursup_session(extract) %}
select
    session,
    cod_uai as establishment_code,
    dep as department_code,
    form_lib_voe_acc as course_family,
    fil_lib_voe_acc as course_name,
    {{ to_decimal("acc_tot") }} as admitted,
    {{ to_decimal("acc_tot_f") }} as admitted_women,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{% endmacro %}
