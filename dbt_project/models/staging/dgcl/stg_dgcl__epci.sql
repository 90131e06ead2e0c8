select
    insee as commune_code,
    siren as epci_code,
    raison_sociale as epci_label,
    nature_juridique as legal_form,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "dgcl_epci") }}
