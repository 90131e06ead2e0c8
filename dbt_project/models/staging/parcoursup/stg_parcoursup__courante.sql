{{ stage_parcoursup_session("parcoursup_courante") }}
