select
    code_departement as department_code,
    departement as department_label,
    '2021' as time_period,
    {{ to_decimal("actifs") }} as labour_force,
    {{ to_decimal("actifs_hommes") }} as labour_force_men,
    {{ to_decimal("actifs_femmes") }} as labour_force_women,
    {{ to_decimal("taux_activite_15_64") }} as activity_rate,
    {{ to_decimal("taux_activite_25_54") }} as activity_rate_25_54,
    {{ to_decimal("taux_activite_hommes_15_64") }} as activity_rate_men,
    {{ to_decimal("taux_activite_hommes_25_54") }} as activity_rate_men_25_54,
    {{ to_decimal("taux_activite_femmes_15_64") }} as activity_rate_women,
    {{ to_decimal("taux_activite_femmes_25_54") }} as activity_rate_women_25_54,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "insee_activite_departements") }}
