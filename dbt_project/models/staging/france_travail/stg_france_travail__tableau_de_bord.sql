select
    indicateur as indicator,
    territoire as area_code,
    date_lecture as read_on,
    substr(date_lecture, 1, 7) as time_period,
    case public when 'total' then '_T' when 'durable' then 'type_emploi' else 'public' end as breakdown,
    coalesce(nullif(public, 'total'), '_T') as category,
    {{ to_decimal("valeur") }} as obs_value,
    {{ is_masked("valeur") }} as is_masked,
    unite as unit_measure,
    repondants as reporters,
    mode_collecte as collection,
    commentaire as comment,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "france_travail_tableau_de_bord") }}
