-- Every course of every session of Parcoursup, extract by extract. Sessions have 85 to 118 columns; those named here
-- are in all of them, but the code of the course, which is read in its link until 2019.
{%- for extract in var("parcoursup_extracts") %}
select
    '{{ extract }}' as source_id,
    session,
    {% if extract in ["parcoursup_2018", "parcoursup_2019"] -%}
    nullif(regexp_extract(lien_form_psup, 'g_ta_cod=([0-9]+)', 1), '') as course_code,
    {%- else -%}
    cod_aff_form as course_code,
    {%- endif %}
    cod_uai as establishment_code,
    dep as department_code,
    form_lib_voe_acc as course_family,
    fil_lib_voe_acc as course_name,
    {{ to_decimal("acc_tot") }} as admitted,
    {{ to_decimal("acc_tot_f") }} as admitted_women,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}
