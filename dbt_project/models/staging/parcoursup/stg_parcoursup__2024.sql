{{ stage_parcoursup_session("parcoursup_2024") }}
