-- `cumul 2022-2023` stands for the two school years that its name ends with.
select
    annee as cohort,
    right(annee, 9) as school_years,
    uai as establishment_code,
    libelle as establishment_name,
    region as region_name,
    {{ to_decimal("part_en_poursuite_d_etudes") }} as share_studying,
    {{ to_decimal("part_en_emploi_6_mois_apres_la_sortie") }} as share_employed_6_months,
    {{ to_decimal("part_des_autres_situations") }} as share_otherwise,
    {{ to_decimal("taux_poursuite_etudes") }} as rate_studying,
    {{ to_decimal("taux_emploi_6_mois") }} as rate_employed_6_months,
    {{ to_decimal("taux_emploi_6_mois_attendu") }} as rate_employed_6_months_expected,
    {{ to_decimal("va_emploi_6_mois") }} as value_added_6_months,
    {{ to_decimal("taux_emploi_12_mois") }} as rate_employed_12_months,
    {{ to_decimal("taux_emploi_18_mois") }} as rate_employed_18_months,
    {{ to_decimal("taux_emploi_24_mois") }} as rate_employed_24_months,
    {{ to_decimal("taux_contrats_interrompus") }} as rate_contracts_broken,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "inserjeunes_cfa") }}
