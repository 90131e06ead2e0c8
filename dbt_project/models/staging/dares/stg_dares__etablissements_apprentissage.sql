-- A count under statistical secrecy (`s`, `ns`, `nd`) is null, and said to be masked.
select
    annee as period,
    code_region as region_code,
    code_departement as department_code,
    {{ to_decimal("nombre_d_etablissements") }} as establishments,
    nombre_d_etablissements in ('s', 'ns', 'nd') as is_masked,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "dares_etablissements_apprentissage") }}
