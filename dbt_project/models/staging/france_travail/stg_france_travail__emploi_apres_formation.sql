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
    {{ to_decimal("taux") }} as rate,
    coalesce(lower(masque) = 'true', false) as is_masked,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "france_travail_emploi_apres_formation") }}
