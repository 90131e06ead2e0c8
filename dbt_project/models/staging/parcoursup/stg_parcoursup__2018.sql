{{ stage_parcoursup_session("parcoursup_2018", code_in_link=true) }}
