-- Every course of every session of Parcoursup that was landed. Sessions have 85 to 118 columns; those named here are in
-- all of them, but the code of the course, which is read in its link until 2019.
select
    {{ landed_name() }} as source_id,
    session,
    case
        when session <= '2019' then nullif(regexp_extract(lien_form_psup, 'g_ta_cod=([0-9]+)', 1), '')
        else cod_aff_form
    end as course_code,
    cod_uai as establishment_code,
    dep as department_code,
    form_lib_voe_acc as course_family,
    fil_lib_voe_acc as course_name,
    {{ to_decimal("acc_tot") }} as admitted,
    {{ to_decimal("acc_tot_f") }} as admitted_women,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "parcoursup") }}
